"""What leaves a dock: saved files and copied commands; and saved results that come back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QApplication, QFileDialog, QWidget

from napari_mammoseg import files
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Findings, ImageRecord
from napari_mammoseg.gui.layers.image_layers import facts_of, size_of
from napari_mammoseg.gui.results.opened import from_file_of
from napari_mammoseg.gui.widgets.save import SaveDialog
from napari_mammoseg.gui.worker import Worker
from napari_mammoseg.pipeline_table import pipeline
from napari_mammoseg.readers.results import read_findings
from napari_mammoseg.readings import Reading, open_result
from napari_mammoseg.run import Run

if TYPE_CHECKING:
    from napari.layers import Image


MOST_NAMED = 8
"""More files are counted, not named."""


class Outputs(QObject):
    """`said(text, wrong)` tells what was written and where, or why not."""

    said = Signal(str, bool)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._parent = parent
        self.job = Worker(self)
        self.job.done.connect(lambda paths: self.said.emit(_saved(paths), False))
        self.job.refused.connect(lambda error: self.said.emit(f"Not everything was saved. {error}", True))
        self.job.failed.connect(lambda: self.said.emit("Not saved; the notification holds the error", True))

    def save(self, findings: Findings, folder: str | Path, formats: tuple[str, ...] = ()) -> None:
        """Writes `findings` into `folder`, beside the window. Raises InputError if the folder cannot be used."""
        self.write(lambda run: _save(findings, Path(folder), formats), folder)

    def write(self, files_of: Callable[[Run], Sequence[Path]], folder: str | Path) -> None:
        """Runs what writes files into `folder` and gives their paths, beside the window; raises as `save` does."""
        if self.job.running:
            raise InputError("the result", "is still being saved", "try again in a moment")
        files.folder(folder)
        self.said.emit(f"saving into {folder}…", False)
        self.job.start(files_of)

    def ask_and_save(self, findings: Findings, image: Path | None) -> None:
        """Asks for a folder and formats, then saves. image: the image's file, where there is one."""
        dialog = SaveDialog(image, self._parent)
        if not dialog.exec():
            return
        if dialog.folder is None:
            raise InputError("the folder for the result", "is not given", "choose one")
        self.save(findings, dialog.folder, dialog.formats)

    def copy(self, text: str) -> None:
        """Puts a command on the clipboard."""
        QApplication.clipboard().setText(text)
        self.said.emit("copied to the clipboard", False)

    def ask_for_saved(self) -> Path | None:
        """The file of a saved result or reading; None if the person chose none."""
        name, _ = QFileDialog.getOpenFileName(self._parent, "Open a saved result or reading", "", "Results (*.json)")
        return Path(name) if name else None


def saved_result(path: Path, layer: Image, name: str) -> Reading:
    """The saved result or reading of the pipeline `name` on the image of `layer`.

    Raises InputError for what is none, and for one of another image or pipeline.
    """
    saved = open_result(path)
    image, facts = saved.found.image, facts_of(layer)
    if saved.found.pipeline != name:
        where = pipeline(saved.found.pipeline).dock
        raise InputError(path, f"is a result of the pipeline {saved.found.pipeline}", f"open it in the dock {where}")
    if not _same(image, facts.get("sha256"), size_of(layer)):
        raise InputError(path, f"is a result of another image ({image.name})", "open and choose that image first")
    return replace(saved, found=from_file_of(layer, saved.found), read=from_file_of(layer, saved.read))


def _save(findings: Findings, folder: Path, formats: tuple[str, ...]) -> Sequence[Path]:
    """Writes the result. Raises InputError, and leaves what is there, where another image's has the same name."""
    image, path = findings.image, folder / f"{Path(findings.image.name).stem}.{findings.pipeline}.json"
    before = _image_of(path)
    if before is not None and not _same(before, image.sha256, (image.rows, image.columns)):
        raise InputError(path, "is there already, a result of another image", "choose another folder")
    return findings.save(folder, formats)


def _image_of(path: Path) -> ImageRecord | None:
    """The image that a result is of; None where there is none that is whole."""
    try:
        return read_findings(path, with_mask=False).image
    except InputError:
        return None


def _same(image: ImageRecord, sha256: str | None, size: tuple[int, int]) -> bool:
    """Whether an image of this digest and size is the one that a result is of."""
    known = image.sha256 is not None and sha256 is not None
    return image.sha256 == sha256 if known else (image.rows, image.columns) == size


def _saved(paths: Sequence[Path]) -> str:
    """What was written, and where."""
    named = ", ".join(each.name for each in paths) if len(paths) <= MOST_NAMED else f"{len(paths)} files"
    return f"Saved {named} in {paths[0].parent.absolute()}"
