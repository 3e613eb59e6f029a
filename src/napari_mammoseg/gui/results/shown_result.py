"""One result in the viewer: its layers, cut at a threshold without running again, and what is selected in it."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np
from psygnal import Signal

from napari_mammoseg.commands import Command
from napari_mammoseg.corrections import corrected
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Finding, Findings
from napari_mammoseg.gui.layers.belonging import belonging, token_of
from napari_mammoseg.gui.layers.box_layer import fill, ids, keep_line_widths, name_drawn
from napari_mammoseg.gui.layers.finding_layers import (
    area_colours,
    area_features,
    edge_colours,
    finding_layers,
    parts,
    record,
)
from napari_mammoseg.gui.layers.image_layers import placement_of
from napari_mammoseg.gui.layers.placing import fill_heat
from napari_mammoseg.gui.layers.ring_layer import fill_rings
from napari_mammoseg.gui.layers.style import COLOURS, on_screen
from napari_mammoseg.gui.results.history import History
from napari_mammoseg.gui.show import add
from napari_mammoseg.kinds import BOXED, WITH_AREA, Kind
from napari_mammoseg.pipeline_table import pipeline
from napari_mammoseg.readings import Reading

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image, Labels, Points, Shapes


class ShownResult:
    """Every candidate of one run (`everything`), and the layers that show those above the threshold (`findings`).

    `read` is everything as a person left it (`reading`), which is what is shown. The layers are put where `image` lies;
    each of `kinds`, whose boxes a person may read, has a layer of boxes, empty or not. `changed` tells of a change in
    what is shown, `chosen` that a finding was selected.
    """

    changed = Signal()
    chosen = Signal()

    def __init__(
        self,
        viewer: ViewerModel,
        image: Image,
        command: Command,
        everything: Findings,
        threshold: float,
        kinds: tuple[Kind, ...] = (),
    ) -> None:
        self._viewer = ref(viewer)
        self.image = image
        self.everything = self.read = everything
        self.findings = everything.above(threshold)
        self._read_kinds = kinds
        kinds = tuple(dict.fromkeys((*kinds, *(each.kind for each in everything.of_kind(*BOXED)))))
        self.layers = add(viewer, belonging(finding_layers(self.findings, placement_of(image), kinds), token_of(image)))
        self._command = command
        self.areas: Labels | None = next((each for each in self.layers if each._type_string == "labels"), None)
        self.rings: Points | None = next((each for each in self.layers if each._type_string == "points"), None)
        shapes = [each for each in self.layers if each._type_string == "shapes"]
        self.boxes: dict[Kind, Shapes] = dict(zip(kinds, shapes, strict=True))
        self.hits: Shapes | None = None
        self.selected: int | None = None
        self.selecting = self.filling = False
        self._history = History()
        self._shapes = {kind: layer.nshapes for kind, layer in self.boxes.items()}
        for kind, layer in self.boxes.items():
            layer.events.data.connect(partial(self._on_boxes, kind))
        self.keep_line_width()
        viewer.scene.camera.events.zoom.connect(self.keep_line_width)

    @property
    def viewer(self) -> ViewerModel:
        """The viewer of its layers, which it does not keep alive."""
        viewer = self._viewer()
        assert viewer is not None, "a result is used only in a viewer that is there"
        return viewer

    @property
    def read_kind(self) -> Kind | None:
        """The kind of findings that a person may read; None where there is none."""
        return self._read_kinds[0] if self._read_kinds else None

    @property
    def present(self) -> bool:
        """Whether one of its layers is still in the viewer."""
        return any(each in self.viewer.layers for each in self.layers)

    @property
    def touched(self) -> bool:
        """Whether a person read it or corrected its labels."""
        return self.corrected or self.read is not self.everything

    @property
    def threshold(self) -> float:
        return float(self.findings.run.settings["threshold"])

    @property
    def command(self) -> Command:
        """What gives the result again, as it is cut now."""
        return replace(self._command, values={**self._command.values, "threshold": self.threshold})

    @property
    def found(self) -> Findings:
        """What the run found, cut as it is shown, on the labels as a person left them, without her reading of boxes."""
        found = self.everything.above(self.threshold)
        return self._corrected(found) if self.corrected else found

    @property
    def compared(self) -> Findings:
        """What is held against a truth: every candidate of the run; where labels were corrected, what they show."""
        return self.found if self.corrected else self.everything

    @property
    def corrected(self) -> bool:
        """Whether a person changed the labels since they were last cut."""
        mask = self.findings.mask
        return self.areas is not None and mask is not None and not np.array_equal(self.areas.data, mask)

    @property
    def reading(self) -> Reading:
        """What a person made of the result, to be saved."""
        settings = {**self.read.run.settings, "threshold": self.threshold}
        return Reading(self.everything, replace(self.read, run=replace(self.read.run, settings=settings)))

    def edit(self, read: Findings) -> None:
        """Shows what a person made of the result; `undo` brings back what was there before."""
        if read is not self.read:
            self._history.add(self.read)
        self._show(read, self.threshold)

    def undo(self) -> None:
        """Takes back the last change of the reading, if there is one."""
        self._show(self._history.back(self.read), self.threshold)

    def redo(self) -> None:
        """Brings back what `undo` took back last."""
        self._show(self._history.forth(self.read), self.threshold)

    def resume(self, read: Findings) -> None:
        """Shows an earlier reading, to go on with it; there is nothing to be taken back then."""
        self._history.clear()
        self._show(read, self.threshold)

    def cut(self, threshold: float) -> None:
        """Shows the findings at or above `threshold`. Labels that a person corrected are replaced."""
        self._show(self.read, threshold, labels=True)

    def _show(self, read: Findings, threshold: float, labels: bool = False) -> None:
        """labels: also where a person corrected them."""
        untouched = not self.corrected
        self.read, self.findings = read, read.above(threshold)
        for layer in self.layers:
            layer.metadata = {**layer.metadata, "mammoseg": record(self.findings)}
        if self.areas is not None and self.findings.mask is not None and (labels or untouched):
            self.areas.data = self.findings.mask.copy()
            self.areas.features = area_features(self.findings)
        self.filling = True
        for kind, layer in self.boxes.items():
            fill(layer, kind, list(self.findings.of_kind(kind)), keep_drawn=kind not in self._read_kinds)
            self._shapes[kind] = layer.nshapes
        self.filling = False
        self.colour_boxes()
        self.keep_line_width()
        self.changed.emit()

    def select(self, id: int) -> Finding:
        """Marks the finding in its layer. Raises InputError if it is not shown."""
        finding = next((each for each in self.findings.findings if each.id == id), None)
        if finding is None:
            raise InputError(f"finding {id}", "is not shown", "lower the threshold")
        self.selected, self.selecting = id, True
        self._mark(finding)
        self.selecting = False
        self.chosen.emit()
        return finding

    def can_show(self, everything: Findings) -> bool:
        """Whether its layers can hold another run's findings: nobody worked on them, and they are all there."""
        if self.touched or not all(each in self.viewer.layers for each in self.layers):
            return False
        kinds = {each.kind for each in everything.of_kind(*BOXED)}
        return parts(everything) == parts(self.everything) and kinds <= set(self.boxes)

    def renew(self, command: Command, everything: Findings, threshold: float) -> None:
        """Shows another run's findings, which `can_show` allows, in the same layers, as a person left them."""
        self._command, self.everything, self.read, self.selected = command, everything, everything, None
        self._history.clear()
        if self.hits in self.viewer.layers:
            self.viewer.layers.remove(self.hits)
        fill_heat(self.layers[0], everything, self.image)
        self.cut(threshold)

    def finding_of(self, kind: Kind, shape: int) -> int | None:
        """The id of the finding that a shape is; None for one that is being drawn, with the features of another."""
        known = shape < min(self._shapes[kind], self.boxes[kind].nshapes)
        return ids(self.boxes[kind])[shape] if known else None

    def remove(self) -> None:
        """Takes its layers out of the viewer."""
        for layer in (*self.layers, self.hits):
            if layer in self.viewer.layers:
                self.viewer.layers.remove(layer)

    def _corrected(self, found: Findings) -> Findings:
        assert self.areas is not None
        kind = pipeline(self.everything.pipeline).mask_kind
        return corrected(found, np.asarray(self.areas.data), kind, {each.id for each in self.everything.findings})

    def _on_boxes(self, kind: Kind, event: Any) -> None:
        """Gives boxes that a person drew features of their own."""
        layer, before = self.boxes[kind], self._shapes[kind]
        if not self.filling and event.action in ("added", "removed"):
            self._shapes[kind] = layer.nshapes
            if event.action == "added":
                name_drawn(layer, kind, before)

    def _mark(self, finding: Finding) -> None:
        if self.areas is not None:
            group = [each.id for each in self.findings.findings if finding.id in (each.id, each.cluster)]
            self.areas.colormap = area_colours(self.findings, group)
            if finding.kind in WITH_AREA:
                self.areas.selected_label = finding.id
        for kind, layer in self.boxes.items():
            layer.selected_data = {ids(layer).index(finding.id)} if kind == finding.kind else set()
        self.colour_boxes()

    def colour_boxes(self) -> None:
        for kind, layer in self.boxes.items():
            if layer.nshapes:
                found = edge_colours(self.findings.of_kind(kind), self.selected)
                layer.edge_color = [*found, *[COLOURS[kind]] * (layer.nshapes - len(found))]

    def keep_line_width(self) -> None:
        """Keeps the lines of boxes and truth two pixels wide on the screen at any zoom, and rings large enough."""
        if self.rings is not None:
            fill_rings(self.rings, self.findings, on_screen(self.viewer, self.rings, 1.0))
        keep_line_widths(self.viewer)
