"""Where outlines are cut: a slider that answers without running again, and the cuts that a named truth makes best."""

from __future__ import annotations

from collections.abc import Mapping

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from superqt import QLabeledDoubleSlider
from superqt.utils import signals_blocked

WORDS = {"iou": "IoU", "g_mean": "G-mean"}


class CutBar(QWidget):
    """`changed(value)` tells where outlines are to be cut: a probability, or 0 for the model's own."""

    changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = QLabeledDoubleSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0.0, 1.0)
        self.slider.setDecimals(2)
        self.slider.setSingleStep(0.01)  # type: ignore[arg-type]
        self.slider.setToolTip(
            "Probability from which a pixel belongs to the mass; 0: the model's own. "
            "Answers without running again, but for saved results"
        )
        self.best = {rule: QPushButton() for rule in WORDS}
        self._offered: Mapping[str, float] = {}
        first, second, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        first.addWidget(QLabel("Outline cut"))
        first.addWidget(self.slider, 1)
        for rule, button in self.best.items():
            button.setToolTip(f"The cut with the highest {WORDS[rule]} against the truth in Compare with truth")
            button.clicked.connect(lambda *_, rule=rule: self.slider.setValue(self._offered[rule]))
            second.addWidget(button)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(first)
        column.addLayout(second)
        self.slider.valueChanged.connect(lambda *_: self.changed.emit(self.value))
        self.offer({})

    @property
    def value(self) -> float:
        return round(float(self.slider.value()), 4)

    def set_value(self, value: float) -> None:
        """Moves the slider without telling anybody."""
        with signals_blocked(self.slider):
            self.slider.setValue(value)

    def offer(self, cuts: Mapping[str, float]) -> None:
        """Offers the best cut by each measure; none: takes the offer away."""
        self._offered = cuts
        for rule, button in self.best.items():
            button.setVisible(rule in cuts)
            button.setText(f"Best {WORDS[rule]}: {cuts[rule]:.2f}" if rule in cuts else "")
