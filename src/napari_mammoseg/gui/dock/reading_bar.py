"""The buttons with which a person reads a result: accept, reject, draw, undo, save. Boxes may also be moved by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from napari_mammoseg import verdicts
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box, Findings
from napari_mammoseg.gui.dock.shown_result import ShownResult
from napari_mammoseg.gui.layers.box_layer import ids
from napari_mammoseg.kinds import Kind
from napari_mammoseg.writers.coco import box_of

if TYPE_CHECKING:
    from napari.layers import Shapes

UNDO, REDO = "Control-Z", "Control-Shift-Z"


class ReadingBar(QWidget):
    """Reads the boxes of one `kind` of a result.

    `changed()` tells that the reading has changed; `said(text, wrong)` what a person must know of it.
    """

    changed = Signal()
    said = Signal(str, bool)

    def __init__(self, kind: Kind, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._drawing = self._changing = False
        self._result: ShownResult | None = None
        self.accept, self.reject = QPushButton("Accept"), QPushButton("Reject")
        self.draw, self.undo = QPushButton("Draw a box"), QPushButton("Undo")
        self.save = QPushButton("Save reading…")
        self.accept.setToolTip("The selected finding is a lesion")
        self.reject.setToolTip("The selected finding is not a lesion")
        self.draw.setToolTip("Draw a lesion that was not found, as a box on the image")
        self.save.setToolTip("Write every candidate and verdict as JSON, to be opened again later")
        self.undo.setToolTip(f"Takes back the last change of the reading ({UNDO} in the layer of the boxes)")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self.accept, self.reject, self.draw, self.undo, self.save):
            row.addWidget(button)
        self.accept.clicked.connect(lambda: self.judge("accepted"))
        self.reject.clicked.connect(lambda: self.judge("rejected"))
        self.draw.clicked.connect(self.start_drawing)
        self.undo.clicked.connect(self.take_back)
        self.save.clicked.connect(self._ask_and_save)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.collect)
        self.show_result(None)

    def show_result(self, result: ShownResult | None) -> None:
        """Reads this result from now on."""
        if self._result is not None:
            self._listen(self._result.boxes[self._kind], False)
        self._result = result
        self.setEnabled(result is not None)
        if result is not None:
            self._listen(result.boxes[self._kind], True)

    def judge(self, verdict: verdicts.Verdict) -> None:
        """Gives the selected finding a verdict."""
        result = self._result
        if result is None:
            return
        if result.selected is None:
            self.said.emit("No finding is selected: click one in the table or on the image first", True)
            return
        self._edit(verdicts.judge(result.read, result.selected, verdict))

    def start_drawing(self) -> None:
        """Lets the person draw a rectangle in the layer of the boxes."""
        if self._result is not None:
            layer = self._result.boxes[self._kind]
            layer.visible = True
            self._result.viewer.layers.selection.active = layer
            self._drawing, layer.mode = True, "add_rectangle"

    def take_back(self, *_: Any) -> None:
        """Takes back the last change of the reading."""
        if self._result is not None:
            self._result.undo()
            self.changed.emit()

    def bring_back(self, *_: Any) -> None:
        """Brings back the change of the reading that was taken back last."""
        if self._result is not None:
            self._result.redo()
            self.changed.emit()

    def collect(self) -> None:
        """Takes what the person did to the boxes into the reading. Boxes that cannot be are put back, with a word."""
        result = self._result
        if result is None:
            return
        layer = result.boxes[self._kind]
        if self._drawing:
            self._drawing, layer.mode = False, "pan_zoom"
        shown = [each.id for each in result.findings.of_kind(self._kind)]
        boxes = {each.id: each.box for each in result.findings.findings}
        drawn: list[verdicts.Drawn] = []
        for id, vertices in zip(ids(layer), layer.data, strict=True):
            drawn += self._fitted(id if id in shown else None, box_of(vertices), boxes)
        self._edit(verdicts.compare(result.read, self._kind, shown, drawn))

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

    def _edit(self, read: Findings) -> None:
        if self._result is not None:
            changed = read is not self._result.read
            self._result.edit(read)
            if changed:
                self.changed.emit()

    def _listen(self, layer: Shapes, on: bool) -> None:
        """Hears of what a person does to the boxes of `layer`, or no longer."""
        for each in (layer.events.data, layer.events.features):
            (each.connect if on else each.disconnect)(self._on_boxes)
        layer.bind_key(UNDO, self.take_back if on else None, overwrite=True)
        layer.bind_key(REDO, self.bring_back if on else None, overwrite=True)

    def _on_boxes(self, event: Any) -> None:
        """Collects the boxes once a change is finished; napari tells of a pasted shape by its features alone."""
        if self._result is None or self._result.filling:
            return
        if event.type != "features":
            self._changing = event.action in ("adding", "changing", "removing")
        if not self._changing:
            self._later.start()

    def _ask_and_save(self) -> None:
        if self._result is None:
            return
        findings = self._result.findings
        name = f"{Path(findings.image.name).stem}.{findings.pipeline}.reading.json"
        path, _ = QFileDialog.getSaveFileName(self, "Save the reading", name, "Reading (*.json)")
        if path:
            self.save_to(Path(path))

    def save_to(self, path: Path) -> None:
        """Writes the reading: every candidate and verdict, also those below the threshold."""
        if self._result is None:
            return
        try:
            self._result.reading.save(path)
        except InputError as error:
            self.said.emit(f"The reading was not saved. {error}", True)
        else:
            self.said.emit(f"Saved the reading as {path}", False)
