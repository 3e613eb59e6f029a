"""Numbers as people type them: 0,5 is 0.5, and what is out of range is refused whole, not cut to its first digits."""

from __future__ import annotations

import re

from qtpy.QtCore import QLocale
from qtpy.QtGui import QIntValidator, QValidator
from qtpy.QtWidgets import QAbstractSpinBox, QDoubleSpinBox
from superqt import QLabeledDoubleSlider

_NUMBER = re.compile(r"-?\d*(?:\.(\d*))?")


def read_as_typed(box: QAbstractSpinBox) -> None:
    """Lets `box` be typed into freely; what is no number of its range leaves what was there, or its nearest integer."""
    box.setKeyboardTracking(False)  # else 7 would stay where 70 is too large, and 1 become 2 before 12 is typed
    if isinstance(box, QDoubleSpinBox):
        box.setLocale(QLocale.c())  # shown as everywhere else in the docks, whatever the language of the machine
        box.lineEdit().setValidator(_TypedNumber(box))
    elif box.minimum() >= 0:  # type: ignore[attr-defined]
        box.lineEdit().setValidator(QIntValidator(0, 2**31 - 1, box))  # superqt's fails on a lone minus


def take_typed(box: QAbstractSpinBox) -> None:
    """What is being typed counts, though nothing was pressed after it."""
    text = box.lineEdit().text()
    if isinstance(box, QDoubleSpinBox):
        box.interpretText()
    elif text.isdigit():  # superqt's box of integers does not hear interpretText
        box.setValue(int(text))  # type: ignore[attr-defined]


class _TypedNumber(QValidator):
    def __init__(self, box: QDoubleSpinBox) -> None:
        super().__init__(box)
        self._box = box

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        typed = text.replace(",", ".")
        if typed == self._box.specialValueText().replace(",", "."):
            return QValidator.State.Acceptable, text, position
        found = _NUMBER.fullmatch(typed)
        if found is None or len(found[1] or "") > self._box.decimals():
            return QValidator.State.Invalid, text, position
        return QValidator.State.Intermediate, typed, position


class TypedScore(QValidator):
    """What is typed beside a slider; what is no number of its range leaves what was there."""

    def __init__(self, slider: QLabeledDoubleSlider) -> None:
        super().__init__(slider)
        self._slider = slider

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        typed = text.strip().replace(",", ".")
        if _NUMBER.fullmatch(typed) is None or typed.startswith("-"):
            return QValidator.State.Invalid, text, position
        if typed.strip(".") and self._slider.minimum() <= float(typed) <= self._slider.maximum():
            return QValidator.State.Acceptable, typed, position
        return QValidator.State.Intermediate, typed, position

    def fixup(self, text: str) -> str:
        return f"{self._slider.value():.{self._slider.decimals()}f}"
