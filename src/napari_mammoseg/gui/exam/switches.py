"""What can be switched on and off, with its key."""

from __future__ import annotations

from qtpy.QtWidgets import QCheckBox, QGridLayout, QPushButton, QWidget


class Switches(QWidget):
    """Boxes and buttons for the dock to connect."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.linked = QCheckBox("Windows linked (K)")
        self.linked.setToolTip("A window that is changed on one image changes on all, in proportion")
        self.linked.setChecked(True)
        self.inverted = QCheckBox("Inverted (G)")
        self.inverted.setToolTip("Dense is dark")
        self.names = QCheckBox("Names of views (N)")
        self.names.setToolTip("On the picture, beside the breasts")
        self.names.setChecked(True)
        self.prior = QCheckBox("Prior beside (Q)")
        self.prior.setToolTip("The woman's last exam before this one, at the same scale")
        self.alone = QPushButton("One view / all (W)")
        self.alone.setToolTip("The selected view alone, and back to all")
        self.ruler = QPushButton("Ruler (U)")
        self.ruler.setToolTip("Draw a line to measure; once more ends it")
        self.marks = QPushButton("Marks (H)")
        self.marks.setToolTip("Hide or show everything that is drawn on the images")
        self.help = QPushButton("Keys (F1)")
        self.help.setToolTip("All keys of the exam")
        self.buttons = {
            self.alone: "toggle_alone",
            self.ruler: "toggle_ruler",
            self.marks: "toggle_marks",
            self.help: "help",
        }
        """The method of the dock that each button calls."""
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        widgets = (self.linked, self.inverted, self.names, self.prior, self.alone, self.ruler, self.marks, self.help)
        for number, widget in enumerate(widgets):
            grid.addWidget(widget, number // 2, number % 2)
