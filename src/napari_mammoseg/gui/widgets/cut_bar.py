"""Where outlines are cut: a slider that answers without running again, and the cuts that a named truth makes best."""

from __future__ import annotations

from collections.abc import Mapping

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget
from superqt.utils import signals_blocked

from napari_mammoseg.gui.widgets.score_slider import ScoreSlider

WORDS = {"iou": "IoU", "g_mean": "G-mean"}


class CutBar(QWidget):
    """`changed(value)` tells where outlines are to be cut: a probability, or 0 for the model's own."""

    changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.value = self._own = 0.0
        self.slider = ScoreSlider(0.01, decimals=2)
        self.slider.setToolTip(
            "Probability from which a pixel belongs to the mass; answers without running again, but for saved results"
        )
        self.own = QPushButton()
        self.own.setToolTip("The cut that was best on validation")
        self.best = {rule: QPushButton() for rule in WORDS}
        self._offered: Mapping[str, float] = {}
        first, second, column = QHBoxLayout(), QHBoxLayout(), QVBoxLayout(self)
        first.addWidget(QLabel("Outline cut"))
        first.addWidget(self.slider, 1)
        second.addWidget(self.own)
        for rule, button in self.best.items():
            button.setToolTip(f"The cut with the highest {WORDS[rule]} against the truth in Compare with truth")
            button.clicked.connect(lambda *_, rule=rule: self._choose(self._offered[rule]))
            second.addWidget(button)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(first)
        column.addLayout(second)
        self.own.clicked.connect(lambda *_: self._choose(0.0))
        self.slider.valueChanged.connect(lambda *_: self._choose(round(float(self.slider.value()), 4)))
        self.offer({})

    def show_cut(self, value: float, own: float) -> None:
        """Moves the slider to the cut `value`, or to the model's `own` where that is 0, without telling anybody."""
        self.value, self._own = value, own
        with signals_blocked(self.slider):
            self.slider.setValue(value or own)
        self.own.setText(f"Model's own: {own:.2f}")
        self.own.setVisible(value != 0)

    def offer(self, cuts: Mapping[str, float]) -> None:
        """Offers the best cut by each measure; none: takes the offer away."""
        self._offered = cuts
        for rule, button in self.best.items():
            button.setVisible(rule in cuts)
            button.setText(f"Best {WORDS[rule]}: {cuts[rule]:.2f}" if rule in cuts else "")

    def _choose(self, value: float) -> None:
        self.show_cut(value, self._own)
        self.changed.emit(value)
