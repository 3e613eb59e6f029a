"""A box for a length in mm that reads what people type: 0.07, 0,07, 70 µm, 70um, .07 mm."""

from __future__ import annotations

from qtpy.QtGui import QValidator, QWheelEvent
from qtpy.QtWidgets import QDoubleSpinBox, QWidget

from napari_mammoseg.mammogram import length_mm

STEP_MM = 0.001
START_MM = 0.07
"""Where stepping begins while nothing is known."""


class SpacingBox(QDoubleSpinBox):
    """0 stands for unknown. The mouse wheel, which may only pass over it, changes nothing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDecimals(6)
        self.setRange(0.0, 1e6)
        self.setSingleStep(STEP_MM)
        self.setKeyboardTracking(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def stepBy(self, steps: int) -> None:
        if self.value() == 0:
            self.setValue(START_MM)
        else:
            super().stepBy(steps)

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        known = text == self.specialValueText() or length_mm(text) is not None
        return (QValidator.State.Acceptable if known else QValidator.State.Intermediate), text, position

    def valueFromText(self, text: str) -> float:
        return length_mm(text) or 0.0

    def textFromValue(self, value: float) -> str:
        return f"{value:.6g}"
