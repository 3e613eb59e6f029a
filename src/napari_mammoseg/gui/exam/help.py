"""The list of keys, in a small window of its own."""

from __future__ import annotations

from qtpy.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QWidget

from napari_mammoseg.gui.exam.keys import KEYS


class KeyHelp(QDialog):
    """Stays open beside the images until it is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys of the exam")
        form = QFormLayout(self)
        for each in KEYS:
            form.addRow(f"<b>{each.key}</b>", QLabel(each.says))
        note = QLabel("The keys work while the picture or the dock “Exam” is active: click there first.")
        note.setWordWrap(True)
        form.addRow(note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        form.addRow(buttons)
