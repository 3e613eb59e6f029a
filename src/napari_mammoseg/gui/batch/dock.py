"""Dock "Batch": pipelines on every mammogram of a folder, and a table from which each result is opened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QApplication, QCheckBox, QComboBox, QFormLayout, QPushButton, QWidget

from napari_mammoseg.commands import as_batch_command
from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.batch.outcome_table import OutcomeTable
from napari_mammoseg.gui.batch.running import Order, analyze_folder
from napari_mammoseg.gui.dock.dock_window import DockWidget
from napari_mammoseg.gui.preferences import preferences, remember
from napari_mammoseg.gui.results.opened import show_once
from napari_mammoseg.gui.widgets.folded import folded
from napari_mammoseg.gui.widgets.folder_field import FolderField
from napari_mammoseg.gui.widgets.run_bar import RunBar
from napari_mammoseg.gui.widgets.save import FormatBoxes, proposed_folder
from napari_mammoseg.gui.worker import Worker
from napari_mammoseg.pipeline_table import PIPELINES
from napari_mammoseg.readers import read
from napari_mammoseg.readers.results import read_findings

if TYPE_CHECKING:
    from napari.components import ViewerModel

ALL = "all pipelines"


class BatchDock(DockWidget):
    """Two folders, a pipeline, and a row per image. Settings are the defaults; the command line has them all."""

    finished_one = Signal(object)

    def __init__(self, napari_viewer: ViewerModel, parent: QWidget | None = None) -> None:
        super().__init__(napari_viewer, parent)
        self.source, self.target = FolderField("Folder with mammograms"), FolderField("Folder for the results")
        self.pipelines, self.formats = QComboBox(), FormatBoxes()
        self.skip = QCheckBox("Skip images whose results are there already")
        self.bar, self.table, self.command = RunBar(), OutcomeTable(), QPushButton("Copy as command")
        self.worker, self.opening = Worker(self), Worker(self)
        self.faults = 0
        self._fill()
        self.lay_out(self._content())
        self._connect()

    def order(self) -> Order:
        """What the dock asks for. Raises InputError where a folder is missing."""
        if self.source.folder is None:
            raise InputError("the folder with mammograms", "is not given", "choose one")
        if self.target.folder is None:
            raise InputError("the folder for the results", "is not given", "choose one")
        chosen = self.pipelines.currentData()
        names = tuple(PIPELINES) if chosen is None else (chosen,)
        return Order(
            self.source.folder,
            self.target.folder,
            names,
            self.formats.chosen,
            preferences().device,
            self.skip.isChecked(),
        )

    def run(self) -> None:
        """Starts to analyse the folder."""
        if self.worker.running:
            return
        try:
            order = self.order()
        except InputError as error:
            self.bar.say(str(error), wrong=True)
            return
        remember(batch_source=str(order.source), batch_target=str(order.target))
        self.table.clear_rows()
        self.faults, self._target = 0, order.target
        self.bar.start()
        self.worker.start(lambda run: analyze_folder(order, self.finished_one.emit, run))

    def cancel(self) -> None:
        """Stops before the next step; what is finished stays on disk."""
        self.bar.say("stopping…")
        self.worker.cancel()

    def open(self, image: str, result: str) -> None:
        """Shows an image with the result that was written for it."""
        if not self.opening.running:
            self.bar.say(f"opening {Path(image).name}…")
            self.opening.start(lambda run: (read(Path(image)), read_findings(Path(result))))

    def copy(self) -> None:
        """Puts the order on the clipboard, as a command line."""
        try:
            order = self.order()
        except InputError as error:
            self.bar.say(str(error), wrong=True)
            return
        name = order.pipelines[0] if len(order.pipelines) == 1 else "all"
        text = as_batch_command(name, order.source, order.target, order.formats, order.device, order.skip)
        QApplication.clipboard().setText(text)
        self.bar.say("copied to the clipboard")

    def _disconnect(self) -> None:
        self.worker.cancel()
        self.opening.cancel()

    def _fill(self) -> None:
        self.pipelines.addItem(ALL, None)
        for row in PIPELINES.values():
            self.pipelines.addItem(row.dock, row.name)
        self.pipelines.setToolTip("What is looked for in each image")
        self.skip.setChecked(True)
        self.skip.setToolTip("Only where image, model and settings are the same as then")
        known = preferences()
        self.source.line.setText(known.batch_source)
        self.target.line.setText(known.batch_target or str(proposed_folder(None)))
        self.command.setToolTip("What does the same on the command line")
        self.bar.run_button.setToolTip("Analyse every mammogram of the folder")
        self.bar.cancel_button.setToolTip("Stop before the next step; finished results stay on disk")
        self.bar.keep.hide()
        self.table.setMinimumHeight(160)

    def _content(self) -> QWidget:
        content = QWidget()
        more = folded("More files for each image", "Formats that are written besides findings and mask", self.formats)
        form = QFormLayout(content)
        form.addRow("Mammograms", self.source)
        form.addRow("Results", self.target)
        form.addRow("Pipeline", self.pipelines)
        for each in (self.skip, more, self.bar, self.table, self.command):
            form.addRow(each)
        return content

    def _connect(self) -> None:
        self.bar.run_button.clicked.connect(self.run)
        self.bar.cancel_button.clicked.connect(self.cancel)
        self.command.clicked.connect(self.copy)
        self.table.asked_for.connect(self.open)
        self.table.fault_asked_for.connect(lambda text: self.bar.say(text, wrong=True))
        self.finished_one.connect(self._on_one)
        self.worker.progressed.connect(self.bar.show_progress)
        self.worker.done.connect(self._on_all)
        self.worker.stopped.connect(lambda: self.bar.stop("stopped; finished results are on disk"))
        self.opening.done.connect(self._on_opened)
        self.worker.refused.connect(lambda error: self.bar.stop(str(error), wrong=True))
        self.worker.failed.connect(lambda: self.bar.stop("failed; the notification holds the error", wrong=True))
        self.opening.refused.connect(lambda error: self.bar.say(str(error), wrong=True))
        self.opening.failed.connect(lambda: self.bar.say("failed; the notification holds the error", wrong=True))

    def _on_one(self, outcome: Any) -> None:
        for record in outcome.results:
            self.table.add_result(outcome.job.input, outcome.job.folder, record)
        if outcome.error is not None:
            self.faults += 1
            self.table.add_fault(outcome.job.input, str(outcome.error))

    def _on_all(self, refused: list[InputError]) -> None:
        failed = f", {self.faults} not done" if self.faults else ""
        said = "".join(f" {each}" for each in refused)
        self.bar.stop(f"Done{failed}. Results are in {self._target}.{said}", wrong=bool(failed or said))

    def _on_opened(self, opened: tuple[Any, Any]) -> None:
        image, findings = opened
        with self.bar.speaking():
            self.bar.say(f"{image.name} with its result of {PIPELINES[findings.pipeline].dock}")
            show_once(self.viewer, image, findings)
