"""What a person is asked before the threshold replaces labels that she corrected."""

from __future__ import annotations

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget


class LabelsQuestion(QWidget):
    """Hidden until there is something to ask. `kept()` and `replaced()` are the answers."""

    kept = Signal()
    replaced = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        words = QLabel("You corrected these labels. Another threshold would replace them.")
        words.setWordWrap(True)
        self.keep, self.replace = QPushButton("Keep my labels"), QPushButton("Replace them")
        self.keep.setToolTip("Go back to the previous threshold; your labels stay")
        self.replace.setToolTip("Show the labels of the run at this threshold; your corrections are lost")
        self.keep.clicked.connect(self.kept)
        self.replace.clicked.connect(self.replaced)
        buttons, column = QHBoxLayout(), QVBoxLayout(self)
        buttons.addWidget(self.keep)
        buttons.addWidget(self.replace)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(words)
        column.addLayout(buttons)
        self.hide()
