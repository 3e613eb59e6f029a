"""How table, threshold, reading and comparison follow the result that is shown, and it follows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from qtpy.QtCore import QObject, QTimer

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Finding
from napari_mammoseg.gui.compare.comparison import Comparison
from napari_mammoseg.gui.dock.controls import Controls
from napari_mammoseg.gui.dock.result_panel import ResultPanel
from napari_mammoseg.gui.layers.image_layers import mammogram_of
from napari_mammoseg.gui.reading.bar import ReadingBar
from napari_mammoseg.gui.results.looking import go_to
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.gui.results.shown_results import ShownResults
from napari_mammoseg.pipelines.segment.find import UNKNOWN_CUT, cut_anew, own_cut
from napari_mammoseg.pipelines.segment.settings import SegmentSettings
from napari_mammoseg.settings import build


class Following(QObject):
    """Links the parts of one dock."""

    def __init__(
        self,
        controls: Controls,
        results: ShownResults,
        panel: ResultPanel,
        comparison: Comparison,
        reading: ReadingBar | None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._controls, self._results, self._panel = controls, results, panel
        self._comparison, self._reading = comparison, reading
        self._slider = QTimer(self, singleShot=True, interval=20)
        self._slider.timeout.connect(self._on_slider)
        results.shown.connect(self._on_shown)
        results.chosen.connect(self._on_chosen_in_layer)
        panel.chosen.connect(self._on_chosen_in_table)
        panel.threshold_changed.connect(lambda value: self._slider.start())
        if panel.cut is not None:
            panel.cut.changed.connect(lambda value: self._slider.start())
            comparison.best_cuts.connect(panel.cut.offer)
        panel.question.kept.connect(self._keep_labels)
        panel.question.replaced.connect(self._cut)
        self._shown: ShownResult | None = None
        if reading is not None:
            reading.stepped.connect(self._step)
        controls.settings_changed.connect(self._foresee)
        self._foresee()

    @property
    def _result(self) -> ShownResult | None:
        return self._results.present

    def _on_shown(self, result: ShownResult | None) -> None:
        if self._shown is not None:
            self._shown.changed.disconnect(self.show)
        self._shown = result
        if result is not None:
            result.changed.connect(self.show)
        self._panel.set_lowest(0.0 if result is None else result.everything.lowest)
        self._foresee()
        if result is not None:
            self._set_back(result)
        self._panel.question.hide()
        if self._reading is not None:
            self._reading.show_result(result)
        self._comparison.show_result(result)
        self.show()

    def show(self) -> None:
        """Shows the numbers of the result as it is now."""
        self._panel.show_findings(None if self._result is None else self._result.findings)

    def _on_slider(self) -> None:
        """Cuts the result, but asks before labels are replaced that a person corrected."""
        if self._result is not None and self._result.corrected:
            self._panel.question.setVisible(self._panel.threshold != self._result.threshold or self._cut_moved)
        else:
            self._cut()

    def _cut(self) -> None:
        self._panel.question.hide()
        if self._result is not None:
            self._cut_outlines(self._result)
            self._result.cut(self._panel.threshold)
            self._comparison.follow()

    @property
    def _cut_moved(self) -> bool:
        cut = self._panel.cut
        return cut is not None and self._result is not None and cut.value != _outline_cut(self._result)

    def _cut_outlines(self, result: ShownResult) -> None:
        """A saved result stays as it is: its slider counts for the next run."""
        if self._panel.cut is None or not self._cut_moved or result.everything.probability is None:
            return
        cut, command = self._panel.cut.value, result.command
        again = cut_anew(result.everything, cut, partial(mammogram_of, result.image))
        result.renew(replace(command, values={**command.values, "cut": cut}), again, result.threshold)

    def _set_back(self, result: ShownResult) -> None:
        """Puts the sliders where the result is cut."""
        run = result.everything.run
        self._panel.set_threshold(result.threshold)
        self._panel.show_model(str(run.settings.get("model", "")))
        if self._panel.cut is not None:
            own = _own_cut(run.settings, run.boxes is not None, result.everything.findings)
            self._panel.cut.show_cut(_outline_cut(result), own)

    def _foresee(self) -> None:
        """While there is no result, the sliders speak of the model that Run would use."""
        if self._result is not None:
            return
        self._panel.show_model(self._controls.model.name)
        if self._panel.cut is not None:
            self._panel.cut.show_cut(self._panel.cut.value, _own_cut(self._controls.values))

    def _keep_labels(self) -> None:
        self._panel.question.hide()
        if self._result is not None:
            self._set_back(self._result)

    def _step(self, by: int) -> None:
        """Goes to the mark so many rows further, of those that a person reads."""
        if self._result is not None and self._result.read_kind is not None:
            self._panel.table.step(by, [each.id for each in self._result.findings.of_kind(self._result.read_kind)])

    def _on_chosen_in_table(self, id: int) -> None:
        if self._result is not None:
            go_to(self._result, self._result.select(id))

    def _on_chosen_in_layer(self, id: int) -> None:
        if self._result is not None:
            self._result.select(id)
            self._panel.table.select(id)


def _outline_cut(result: ShownResult) -> float:
    """The setting `cut` of the run: 0 for the model's own."""
    return float(result.everything.run.settings.get("cut", 0))


def _own_cut(settings: Mapping[str, Any], in_boxes: bool = False, outlined: Sequence[Finding] = ()) -> float:
    """The model's own cut; of a model that is no longer there, the highest one that an outline was made with."""
    try:
        return own_cut(build(SegmentSettings, settings), in_boxes)
    except InputError:
        return max((each.features["cut"] for each in outlined if "cut" in each.features), default=UNKNOWN_CUT)
