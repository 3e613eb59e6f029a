"""The buttons with which a person reads a result: accept, reject, draw, save. Boxes may also be moved by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from qtpy.QtCore import QTimer, Signal
from qtpy.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from napari_mammoseg import verdicts as reading
from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.dock.notify import speaking
from napari_mammoseg.gui.dock.result import Result
from napari_mammoseg.writers.coco import box_of


class ReadingBar(QWidget):
    """Reads the boxes of one `kind` of a result. `changed()` tells that the reading has changed."""

    changed = Signal()

    def __init__(self, kind: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._result: Result | None = None
        self.accept, self.reject = QPushButton("Accept"), QPushButton("Reject")
        self.draw, self.save = QPushButton("Draw a box"), QPushButton("Save reading…")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        for button in (self.accept, self.reject, self.draw, self.save):
            row.addWidget(button)
        self.accept.clicked.connect(lambda: self.judge("accepted"))
        self.reject.clicked.connect(lambda: self.judge("rejected"))
        self.draw.clicked.connect(self.start_drawing)
        self.save.clicked.connect(self._ask_and_save)
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(self.collect)
        self.show_result(None)

    def show_result(self, result: Result | None) -> None:
        """Reads this result from now on."""
        if self._result is not None:
            self._result.boxes[self._kind].events.data.disconnect(self._on_boxes)
        self._result = result
        self.setEnabled(result is not None)
        if result is not None:
            result.boxes[self._kind].events.data.connect(self._on_boxes)

    def judge(self, verdict: reading.Verdict) -> None:
        """Gives the selected finding a verdict."""
        if self._result is not None and self._result.selected is not None:
            self._edit(reading.judge(self._result.read, self._result.selected, verdict))

    def start_drawing(self) -> None:
        """Lets the person draw a rectangle in the layer of the boxes."""
        if self._result is not None:
            layer = self._result.boxes[self._kind]
            defaults = {"id": 0, "kind": self._kind, "score": 1.0, "text": "+"}
            layer.feature_defaults = {
                name: defaults.get(name, layer.feature_defaults[name][0]) for name in layer.features
            }
            self._result.viewer.layers.selection.active = layer
            layer.mode = "add_rectangle"

    def collect(self) -> None:
        """Takes what the person did to the boxes into the reading."""
        result = self._result
        if result is None:
            return
        layer = result.boxes[self._kind]
        shown = [each.id for each in result.findings.of_kind(self._kind)]
        ids = [int(each) if int(each) in shown else None for each in layer.features["id"]]
        drawn = [(id, box_of(vertices)) for id, vertices in zip(ids, layer.data, strict=True)]
        layer.mode = "pan_zoom" if layer.mode == "add_rectangle" else layer.mode
        self._edit(reading.compare(result.read, self._kind, shown, drawn))

    def _edit(self, read: Findings) -> None:
        if self._result is not None and read is not self._result.read:
            self._result.edit(read)
            self.changed.emit()

    def _on_boxes(self, event: Any) -> None:
        if self._result is not None and not self._result.filling and event.action in ("added", "changed", "removed"):
            self._later.start()

    def _ask_and_save(self) -> None:
        if self._result is None:
            return
        findings = self._result.findings
        name = f"{Path(findings.image.name).stem}.{findings.pipeline}.reading.json"
        path, _ = QFileDialog.getSaveFileName(self, "Save the reading", name, "Reading (*.json)")
        if path:
            with speaking():
                reading.save(findings, Path(path))
