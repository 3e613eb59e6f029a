"""The dock of a pipeline: build the settings, start the function in a thread, put its findings into layers."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from qtpy.QtWidgets import QWidget

from napari_mammoseg import settings as declarations
from napari_mammoseg.commands import Command, as_command, as_python
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box, Findings
from napari_mammoseg.gui.compare.comparison import Comparison
from napari_mammoseg.gui.dock.controls import Controls
from napari_mammoseg.gui.dock.dock_window import DockWidget, stacked
from napari_mammoseg.gui.dock.following import Following
from napari_mammoseg.gui.dock.outputs import Outputs, saved_result
from napari_mammoseg.gui.dock.result_panel import ResultPanel
from napari_mammoseg.gui.dock.started import Started
from napari_mammoseg.gui.layers.image_layers import mammogram_of
from napari_mammoseg.gui.layers.seen import bring_to_sight
from napari_mammoseg.gui.layers.viewer_rules import keep_rules
from napari_mammoseg.gui.reading.dock_reading import DockReading
from napari_mammoseg.gui.reading.place import resume
from napari_mammoseg.gui.reading.reopening import said_of
from napari_mammoseg.gui.results.kept_results import kept
from napari_mammoseg.gui.results.layer_command import command_on
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.gui.results.shown_results import ShownResults
from napari_mammoseg.gui.widgets.run_bar import RunBar
from napari_mammoseg.gui.widgets.where import Where
from napari_mammoseg.gui.worker import Worker
from napari_mammoseg.pipelines import analyze_all, pipeline
from napari_mammoseg.readings import Reading
from napari_mammoseg.run import Run

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image


class PipelineDock(DockWidget):
    """One pipeline on the images of `napari_viewer`. A subclass says which (`pipeline`)."""

    pipeline: ClassVar[str]

    def __init__(self, napari_viewer: ViewerModel, parent: QWidget | None = None) -> None:
        super().__init__(napari_viewer, parent)
        self.controls = Controls(self.viewer, self.pipeline)
        self.bar = RunBar()
        row = pipeline(self.pipeline)
        self.panel = ResultPanel(declarations.build(row.settings, {}).threshold, row)
        self.comparison = Comparison(self.viewer, self.pipeline)
        self.panel.tabs.addTab(self.comparison, "Compare with truth")
        self.results = ShownResults(self.viewer, self.pipeline, self)
        self.job, self.outputs = Worker(self), Outputs(self)
        self.read_kind = row.read_kind
        self.reader = None if self.read_kind is None else DockReading(self.viewer, self)
        self.reading = None if self.reader is None else self.reader.bar
        if self.reader is not None:
            self.reader.said.connect(self.bar.say)
            self.reader.found.connect(self._on_reading)
            self.reader.bar.reader.changed.connect(self._look_for_reading)
        self.following = Following(self.controls, self.results, self.panel, self.comparison, self.reading, self)
        parts = (self.controls, self.bar, self.panel, *(() if self.reading is None else (self.reading,)))
        self.lay_out(stacked(*parts, stretched=self.panel))
        self._connect()
        keep_rules(self.viewer)
        self._on_image()

    @property
    def result(self) -> ShownResult | None:
        """The result that the table shows."""
        return self.results.present

    @property
    def values(self) -> dict[str, Any]:
        """Every setting as the dock has it now."""
        cut = {} if self.panel.cut is None else {"cut": self.panel.cut.value}
        return {**self.controls.values, "threshold": self.panel.threshold, **cut}

    def run(self) -> None:
        """Starts the pipeline on the chosen image with the settings as they are."""
        if self.job.running:
            return
        with self.bar.speaking():
            layer = self._image()
            settings = declarations.build(pipeline(self.pipeline).settings, self.values)
            boxes = self.controls.boxes
            self.controls.spacing.use(layer)
            self._start(layer, settings, boxes)

    def cancel(self) -> None:
        """Stops the run before its next step; nothing of it is kept."""
        self.bar.say("stopping…")
        self.job.cancel()

    def present(self, layer: Image, everything: Findings, threshold: float | None = None) -> ShownResult:
        """Puts a result on the image `layer` and shows it; `everything` may hold candidates of any score."""
        command = self._command(layer, everything.run.settings, everything.run.boxes)
        self.controls.choice.choose(layer)
        return self._add(layer, command, everything, self.panel.threshold if threshold is None else threshold)

    def command(self) -> Command:
        """What gives the shown result again, or what Run would do. Raises InputError if there is no image."""
        shown = self.result
        return self._command(self._image(), self.values, self.controls.boxes) if shown is None else shown.command

    def save(self, folder: str | Path, formats: tuple[str, ...] = ()) -> None:
        """Writes the shown result into `folder`, beside the window."""
        with self.bar.speaking():
            if self.result is not None:
                self.outputs.save(self.result.found, folder, formats)

    def open(self, path: str | Path) -> None:
        """Shows a saved result or reading on the chosen image, to go on with it."""
        with self.bar.speaking():
            layer = self._image()
            self._show_saved(layer, saved_result(Path(path), layer, self.pipeline))
            self.bar.say(f"{Path(path).name} is shown on {layer.name}")

    def _disconnect(self) -> None:
        self.job.cancel()
        self.viewer.layers.events.removed.disconnect(self._on_removed)
        self.controls.let_go()
        self.comparison.let_go()
        self.results.let_go()
        if self.reader is not None:
            self.reader.let_go()

    def _connect(self) -> None:
        self.bar.run_button.clicked.connect(self.run)
        self.bar.cancel_button.clicked.connect(self.cancel)
        self.controls.image_changed.connect(self._on_image)
        if self.controls.where is not None:
            self.controls.where.draw.clicked.connect(partial(self._draw, self.controls.where))
        self.outputs.said.connect(self.bar.say)
        self.panel.save.clicked.connect(self._ask_and_save)
        self.panel.open.clicked.connect(self._ask_and_open)
        self.panel.command.clicked.connect(lambda: self._copy(as_command))
        self.panel.python.clicked.connect(lambda: self._copy(as_python))
        self._connect_jobs()

    def _connect_jobs(self) -> None:
        self.job.progressed.connect(self.bar.show_progress)
        self.job.done.connect(self._on_findings)
        self.job.stopped.connect(self._on_stopped)
        self.viewer.layers.events.removed.connect(self._on_removed)
        self.job.refused.connect(self._on_refused)
        self.job.failed.connect(lambda: self.bar.stop("The run failed; the notification holds the error", wrong=True))

    def _draw(self, where: Where) -> None:
        with self.bar.speaking():
            where.start_drawing(self._image())

    def _on_image(self) -> None:
        if self.controls.image is not None:
            bring_to_sight(self.viewer, self.controls.image)
        self.bar.calm()
        self.results.show_image(self.controls.image)
        self._look_for_reading()

    def _look_for_reading(self) -> None:
        if self.reader is not None and self.controls.image is not None and self.result is None:
            self.reader.reopening.look(self.controls.image, self.pipeline)

    def _on_reading(self, layer: Image, saved: Reading) -> None:
        """Shows what the reader made of the image before, unless something else came first."""
        if layer is self.controls.image and self.result is None and not self.job.running:
            self._show_saved(layer, saved)
            self.bar.say(said_of(saved))

    def _show_saved(self, layer: Image, saved: Reading) -> None:
        result = self.present(layer, saved.found, float(saved.read.run.settings.get("threshold", 0)))
        if saved.read != saved.found:
            result.resume(saved.read)

    def _start(self, layer: Image, settings: Any, boxes: tuple[Box, ...] | None) -> None:
        self._started = Started(layer, layer.data, self._command(layer, self.values, boxes))
        self.bar.start()
        name, device = self.pipeline, self.controls.device.currentText()

        def analyze(run: Run) -> Findings:
            import_module("pandas")  # which napari would load with the first layer of boxes, and the window would wait
            return analyze_all(mammogram_of(layer), name, settings, run, boxes)

        self.job.start(analyze, device)

    def _on_removed(self, event: Any) -> None:
        if self.job.running and event.value is self._started.layer:
            self.cancel()

    def _on_stopped(self) -> None:
        lost = self._started.lost_in(self.viewer.layers)
        self.bar.stop(lost or "stopped; nothing was kept", wrong=bool(lost))

    def _on_refused(self, error: InputError) -> None:
        """Says why; the numbers of an earlier result would seem to be of this run."""
        self.results.show(None)
        self.bar.stop(str(error), wrong=True)

    def _on_findings(self, everything: Findings) -> None:
        layer, command = self._started.layer, self._started.command
        if self._started.lost_in(self.viewer.layers):
            self._on_stopped()
            return
        threshold = self.panel.threshold
        if not self.results.renew(layer, command, everything, threshold, self.bar.keep.isChecked()):
            self._add(layer, command, everything, threshold)
        elif layer is self.controls.image:
            self.results.show_image(layer)
        of = "" if layer is self.controls.image else f"{layer.name}: "
        self.bar.stop(f"{of}{everything.run.seconds.get('total', 0):.1f} s on {everything.run.device}")
        with self.bar.speaking():
            if [each for each in kept(self.viewer, self.pipeline) if each.image is layer and resume(each)]:
                self.bar.say(f"{self.bar.message.text()}. What you made of this result before is here again.")

    def _add(self, layer: Image, command: Command, everything: Findings, threshold: float) -> ShownResult:
        kinds = () if self.read_kind is None else (self.read_kind,)
        active, chosen = self.viewer.layers.selection.active, self.controls.image in (layer, None)
        result = ShownResult(self.viewer, layer, command, everything, threshold, kinds)
        self.results.add(result, shown=chosen)
        if not chosen:
            self.viewer.layers.selection.active = active
        return result

    def _image(self) -> Image:
        if self.controls.image is None:
            raise self.controls.choice.complaint
        return self.controls.image

    def _command(self, layer: Image, values: Any, boxes: tuple[Box, ...] | None) -> Command:
        return command_on(layer, self.pipeline, values, self.controls.device.currentText(), boxes)

    def _copy(self, write: Callable[[Command], str]) -> None:
        with self.bar.speaking():
            self.outputs.copy(write(self.command()))

    def _ask_and_save(self) -> None:
        with self.bar.speaking():
            if self.result is not None:
                self.outputs.ask_and_save(self.result.found, self.command().path)

    def _ask_and_open(self) -> None:
        if (path := self.outputs.ask_for_saved()) is not None:
            self.open(path)
