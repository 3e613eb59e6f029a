"""Asks where a result shall be saved, and in which formats."""

from __future__ import annotations

import os
from pathlib import Path

from qtpy.QtCore import QStandardPaths
from qtpy.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

import napari_mammoseg
from napari_mammoseg.gui.preferences import preferences
from napari_mammoseg.gui.widgets.folder_field import FolderField
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
        self._folder = FolderField("Folder for the result")
        self._folder.line.setText(str(proposed_folder(image)))
        self._formats = FormatBoxes()
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Save | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        row, column = QHBoxLayout(), QVBoxLayout(self)
        row.addWidget(QLabel("Folder"))
        row.addWidget(self._folder)
        column.addLayout(row)
        column.addWidget(QLabel("Findings (JSON) and mask (PNG), and also:"))
        column.addWidget(self._formats)
        column.addWidget(buttons)

    @property
    def folder(self) -> Path | None:
        """The folder, absolute; None where nothing is typed."""
        return self._folder.folder

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that are ticked."""
        return self._formats.chosen


def proposed_folder(image: Path | None) -> Path:
    """A folder of the person's: beside her image, or in her documents where that is no place of hers to write."""
    package = Path(napari_mammoseg.__file__).parent
    if image is not None and package not in image.absolute().parents and os.access(image.absolute().parent, os.W_OK):
        return image.absolute().parent / "out"
    documents = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
    return Path(documents or Path.home()) / "mammoseg"
