"""Asks where a result shall be saved, and in which formats."""

from __future__ import annotations

import os
from pathlib import Path

from qtpy.QtCore import QStandardPaths
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

import napari_mammoseg
from napari_mammoseg.gui.preferences import preferences
from napari_mammoseg.writers import ALWAYS, WRITERS

WORDS = {
    "tiff": "Mask as TIFF",
    "nifti": "Mask as NIfTI",
    "csv": "Table (CSV)",
    "coco": "COCO annotations (JSON)",
    "probability": "Probability map (16-bit PNG)",
    "metrics": "Numbers of the run (CSV and JSON)",
    "dicom-seg": "DICOM segmentation (SEG)",
    "dicom-sr": "DICOM structured report (SR)",
}
"""What a person calls a format; one that is not here is called by its name."""


class FormatBoxes(QWidget):
    """One box per format that is written only when it is asked for; those of the preferences are ticked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.boxes = {name: QCheckBox(WORDS.get(name, name)) for name in WRITERS if name not in ALWAYS}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for name, box in self.boxes.items():
            box.setToolTip(f"--format {name} on the command line")
            box.setChecked(name in preferences().formats)
            column.addWidget(box)

    @property
    def chosen(self) -> tuple[str, ...]:
        """The formats that are ticked."""
        return tuple(name for name, box in self.boxes.items() if box.isChecked())


class SaveDialog(QDialog):
    """A folder and one box per format; findings and mask are always written. image: the image's file, if it has one."""

    def __init__(self, image: Path | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Save the result")
        self._folder = QLineEdit(str(proposed_folder(image)))
        browse = QPushButton("Choose…")
        browse.setToolTip("Choose the folder")
        browse.clicked.connect(self._browse)
        self._formats = FormatBoxes()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        for each in (QLabel("Folder"), self._folder, browse):
            row.addWidget(each)
        column.addLayout(row)
        column.addWidget(QLabel("Findings (JSON) and mask (PNG), and also:"))
        column.addWidget(self._formats)
        column.addWidget(buttons)

    @property
    def folder(self) -> str:
        return self._folder.text()

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that are ticked."""
        return self._formats.chosen

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, "Save into", self.folder)
        if folder:
            self._folder.setText(folder)


def proposed_folder(image: Path | None) -> Path:
    """A folder of the person's: beside her image, or in her documents where that is no place of hers to write."""
    package = Path(napari_mammoseg.__file__).parent
    if image is not None and package not in image.absolute().parents and os.access(image.absolute().parent, os.W_OK):
        return image.absolute().parent / "out"
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "mammoseg"
