"""A slider up to 1 that answers the keyboard: superqt's is moved by the mouse alone."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject, Qt
from qtpy.QtGui import QKeyEvent
from qtpy.QtWidgets import QLineEdit, QSlider, QWidget
from superqt import QLabeledDoubleSlider

from napari_mammoseg.gui.widgets.typed_number import TypedScore

STEP, PAGE = 0.01, 0.1
_STEPS = {
    Qt.Key.Key_Right: STEP,
    Qt.Key.Key_Up: STEP,
    Qt.Key.Key_Left: -STEP,
    Qt.Key.Key_Down: -STEP,
    Qt.Key.Key_PageUp: PAGE,
    Qt.Key.Key_PageDown: -PAGE,
    Qt.Key.Key_Home: -1.0,
    Qt.Key.Key_End: 1.0,
}
"""By how much each key moves the slider, which stops at its ends."""


class ScoreSlider(QLabeledDoubleSlider):
    """A score or a probability from `low` to 1, with so many decimals."""

    def __init__(self, low: float, decimals: int, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setRange(low, 1.0)
        self.setDecimals(decimals)
        self.setSingleStep(STEP)  # type: ignore[arg-type]
        slider, number = self.findChild(QSlider), self.findChild(QLineEdit)
        assert slider is not None
        assert number is not None
        slider.installEventFilter(self)
        number.setValidator(TypedScore(self))  # superqt's reads 0,5 as 05

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        step = _STEPS.get(Qt.Key(event.key())) if isinstance(event, QKeyEvent) else None
        if step is None:
            return bool(super().eventFilter(watched, event))
        if event.type() == QEvent.Type.KeyPress:
            self.setValue(round(self.value() + step, self.decimals()))
        return True
