"""The boxes of a result that a person moves, draws, copies and deletes with napari's own tools, as a reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QObject, QTimer, Signal

from napari_mammoseg import verdicts
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box
from napari_mammoseg.gui.layers.box_layer import ids
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.writers.coco import box_of

if TYPE_CHECKING:
    from napari.layers import Shapes

UNDO, REDO = "Control-Z", "Control-Shift-Z"


class DrawnBoxes(QObject):
    """`changed(findings)` tells the reading after a change; `said(text, wrong)` what a person must know of it;
    `undone()` and `redone()` that she pressed the keys for it in the layer."""

    changed = Signal(object)
    said = Signal(str, bool)
    undone, redone = Signal(), Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._result: ShownResult | None = None
        self._drawing = self._changing = False
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.collect)

    def listen_to(self, result: ShownResult | None) -> None:
        """Reads the boxes of this result from now on."""
        self.finish()
        if self._layer is not None:
            self._listen(self._layer, False)
        self._result = result
        if self._layer is not None:
            self._listen(self._layer, True)

    def start_drawing(self) -> None:
        """Lets the person draw a rectangle in the layer of the boxes."""
        layer = self._layer
        if self._result is not None and layer is not None:
            layer.visible = True
            self._result.viewer.layers.selection.active = layer
            self._drawing, layer.mode = True, "add_rectangle"

    def finish(self) -> None:
        """Takes at once what was drawn last."""
        if self._later.isActive():
            self._later.stop()
            self.collect()

    def collect(self) -> None:
        """Takes what the person did to the boxes into the reading. Boxes that cannot be are put back, with a word."""
        result, layer = self._result, self._layer
        if result is None or result.read_kind is None or layer is None:
            return
        if self._drawing:
            self._drawing, layer.mode = False, "pan_zoom"
        shown = [each.id for each in result.findings.of_kind(result.read_kind)]
        boxes = {each.id: each.box for each in result.findings.findings}
        drawn: list[verdicts.Drawn] = []
        for id, vertices in zip(ids(layer), layer.data, strict=True):
            drawn += self._fitted(id if id in shown else None, box_of(vertices), boxes)
        self.changed.emit(verdicts.compare(result.read, result.read_kind, shown, drawn))

    @property
    def _layer(self) -> Shapes | None:
        result = self._result
        return None if result is None or result.read_kind is None else result.boxes[result.read_kind]

    def _fitted(self, id: int | None, box: Box, boxes: dict[int, Box]) -> list[verdicts.Drawn]:
        """The box as it can be: cut at the image's edge; of one that cannot be, what was there before."""
        assert self._result is not None
        before = None if id is None else boxes[id]
        if box == before:
            return [(id, box)]
        try:
            inside = verdicts.fitted(box, self._result.findings)
        except InputError as error:
            self.said.emit(str(error), True)
            return [] if before is None else [(id, before)]
        if inside != box:
            self.said.emit("The box was cut at the edge of the image", False)
        return [(id, inside)]

    def _listen(self, layer: Shapes, on: bool) -> None:
        """Hears of what a person does to the boxes of `layer`, or no longer."""
        for each in (layer.events.data, layer.events.features):
            (each.connect if on else each.disconnect)(self._on_boxes)
        layer.bind_key(UNDO, self._on_undo if on else None, overwrite=True)
        layer.bind_key(REDO, self._on_redo if on else None, overwrite=True)

    def _on_undo(self, layer: Any) -> None:
        self.undone.emit()

    def _on_redo(self, layer: Any) -> None:
        self.redone.emit()

    def _on_boxes(self, event: Any) -> None:
        """Collects the boxes once a change is finished; napari tells of a pasted shape by its features alone."""
        if self._result is None or self._result.filling:
            return
        if event.type != "features":
            self._changing = event.action in ("adding", "changing", "removing")
        if not self._changing:
            self._later.start()
