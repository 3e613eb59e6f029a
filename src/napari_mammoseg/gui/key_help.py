"""The list of keys, in a small window of its own."""

from __future__ import annotations

from qtpy.QtWidgets import QDialog, QDialogButtonBox, QFormLayout, QLabel, QWidget

from napari_mammoseg.gui.exam.keys import KEYS
from napari_mammoseg.gui.reading.keys import READING_KEYS


class KeyHelp(QDialog):
    """Stays open beside the images until it is closed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keys")
        form = QFormLayout(self)
        for title, keys in (
            ("Dock Exam", KEYS),
            ("Reading, in the docks Exam, Masses and Microcalcifications", READING_KEYS),
        ):
            form.addRow(QLabel(f"<i>{title}</i>"))
            for each in keys:
                form.addRow(f"<b>{each.key}</b>", QLabel(each.says))
        note = QLabel("The keys work while the picture or the dock is active: click there first.")
        note.setWordWrap(True)
        form.addRow(note)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        form.addRow(buttons)

    def help(self) -> None:
        """Shows it, in front."""
        self.show()
        self.raise_()
