"""A folder, typed or chosen."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import QUrl, Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QWidget

from napari_mammoseg.gui.widgets.buttons import small_button


class FolderField(QWidget):
    """`changed()` tells that another folder stands in the field."""

    changed = Signal()

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self.line = title, QLineEdit()
        self.line.setToolTip(title)
        self.line.setAccessibleName(title)
        self.line.textChanged.connect(self.changed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.line, 1)
        row.addWidget(small_button("…", title, self._ask))

    @property
    def folder(self) -> Path | None:
        """The folder, absolute; None where nothing is typed. A folder that is dropped on the field comes as a URL."""
        text = self.line.text().strip()
        if text.startswith("file:"):
            text = QUrl(text).toLocalFile()
        return Path(text).expanduser().absolute() if text else None

    def _ask(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self._title, self.line.text())
        if folder:
            self.line.setText(folder)
