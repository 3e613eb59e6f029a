"""Asks where a result shall be saved, and in which formats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from napari_mammoseg.gui.dock.preferences import preferences
from napari_mammoseg.writers import ALWAYS, WRITERS


def saved_words(paths: Sequence[Path]) -> str:
    """What was written, and where."""
    return f"Saved {', '.join(each.name for each in paths)} in {paths[0].parent.resolve()}"


class SaveDialog(QDialog):
    """A folder and a box a format; findings and mask are always written."""

    def __init__(self, folder: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save the result")
        self._folder = QLineEdit(folder)
        browse = QPushButton("…")
        browse.clicked.connect(self._browse)
        self._boxes = {name: QCheckBox(name) for name in WRITERS if name not in ALWAYS}
        for name, box in self._boxes.items():
            box.setChecked(name in preferences().formats)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        for each in (QLabel("Folder"), self._folder, browse):
            row.addWidget(each)
        column.addLayout(row)
        column.addWidget(QLabel("Findings (JSON) and mask (PNG), and also:"))
        for box in self._boxes.values():
            column.addWidget(box)
        column.addWidget(buttons)

    @property
    def folder(self) -> str:
        return self._folder.text()

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that are ticked."""
        return tuple(name for name, box in self._boxes.items() if box.isChecked())

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Save into", self.folder)
        if folder:
            self._folder.setText(folder)
