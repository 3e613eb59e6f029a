"""The mouse wheel scrolls a dock; it never changes a value that it passes over."""

from __future__ import annotations

from qtpy.QtCore import QEvent, QObject
from qtpy.QtWidgets import QAbstractSlider, QAbstractSpinBox, QComboBox, QScrollBar, QTabBar, QWidget


def leave_the_wheel(root: QWidget) -> None:
    """Makes the fields, boxes, sliders and tabs in `root` pass the wheel on to what is around them."""
    passing = _Passing(root)
    for each in root.findChildren(QWidget):
        if isinstance(each, QAbstractSpinBox | QComboBox | QAbstractSlider | QTabBar) and not isinstance(
            each, QScrollBar
        ):
            each.installEventFilter(passing)


_VALUED = (QAbstractSpinBox, QComboBox, QAbstractSlider, QTabBar)


class _Passing(QObject):
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        wheel = event.type() == QEvent.Type.Wheel
        if wheel:
            event.ignore()  # what is around the field gets it then
        return wheel
