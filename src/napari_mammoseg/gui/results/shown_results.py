"""All results of a dock: which one is shown, and the links between its layers, the camera and the table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QObject, Signal

from napari_mammoseg.commands import Command
from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.results.found_again import found_again
from napari_mammoseg.gui.results.kept_results import keep, kept
from napari_mammoseg.gui.results.looking import finding_at
from napari_mammoseg.gui.results.shown_result import ShownResult

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image

SCREEN_PIXELS_OF_A_CLICK = 4


class ShownResults(QObject):
    """`shown(result or None)` tells which one the dock shows; `chosen(id)` that a person chose a finding in a layer."""

    shown = Signal(object)
    chosen = Signal(int)

    def __init__(self, viewer: ViewerModel, pipeline: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer, self._pipeline = viewer, pipeline
        self._all: list[ShownResult] = []
        self.present: ShownResult | None = None
        self._find()
        viewer.layers.selection.events.active.connect(self._on_active)
        viewer.layers.events.removed.connect(self._on_removed)
        viewer.mouse_drag_callbacks.append(self._on_press)

    def add(self, result: ShownResult, shown: bool = True) -> None:
        """Keeps a result, and shows it if it is to be shown."""
        keep(self._viewer, result)
        self._all.append(result)
        self._link(result)
        if shown:
            self.show(result)

    def renew(self, image: Image, command: Command, everything: Findings, threshold: float, keep: bool = False) -> bool:
        """Puts a run's findings in place of the result on `image`; False where a new one has to be made for them.

        Other results on `image` are removed, but those that a person read or corrected; one that she read and that is
        found again stays as it is. keep: none is removed.
        """
        self._find()
        again = found_again(self._all, image, everything)
        former = [each for each in self._all if each.image is image and not each.touched and not keep]
        same = again or next((each for each in former if each.can_show(everything)), None)
        for each in former:
            if each is not same:
                each.remove()
        if same is None:
            return False
        if same is again:
            same.cut(threshold)
        else:
            same.renew(command, everything, threshold)
        if same is self.present:
            self.show(None)
            self.show(same)
        return True

    def show(self, result: ShownResult | None) -> None:
        """Shows `result`."""
        if result is not self.present:
            self.present = result
            self.shown.emit(result)

    def show_image(self, image: Image | None) -> None:
        """Shows the latest result on `image`, if there is one."""
        self._find()
        self.show(next((each for each in reversed(self._all) if each.image is image), None))

    def let_go(self) -> None:
        """Lets go of the viewer; the layers stay."""
        self._viewer.layers.selection.events.active.disconnect(self._on_active)
        self._viewer.layers.events.removed.disconnect(self._on_removed)
        if self._on_press in self._viewer.mouse_drag_callbacks:
            self._viewer.mouse_drag_callbacks.remove(self._on_press)
        for each in self._all:
            self._unlink(each)
        self._all = []

    def _find(self) -> None:
        """Takes in the results that are kept for the viewer: of an earlier dock, or of an exam."""
        for each in [each for each in kept(self._viewer, self._pipeline) if each not in self._all]:
            self._all.append(each)
            self._link(each)

    def _link(self, result: ShownResult) -> None:
        for layer in result.boxes.values():
            layer.selected_data.events.items_changed.connect(self._on_boxes)
        if result.areas is not None:
            result.areas.events.selected_label.connect(self._on_label)

    def _unlink(self, result: ShownResult) -> None:
        for layer in result.boxes.values():
            layer.selected_data.events.items_changed.disconnect(self._on_boxes)
        if result.areas is not None:
            result.areas.events.selected_label.disconnect(self._on_label)

    def _on_removed(self) -> None:
        """Forgets the results whose layers are all gone."""
        for result in [each for each in self._all if not each.present]:
            self._all.remove(result)
            self._unlink(result)
            if result is self.present:
                self.show_image(result.image)

    def _on_active(self) -> None:
        self._find()
        active = self._viewer.layers.selection.active
        for result in self._all:
            if active is not None and active in result.layers:
                self.show(result)

    def _on_press(self, viewer: Any, event: Any) -> Iterator[None]:
        """A click, not a drag, chooses the finding under it."""
        pressed = np.asarray(event.position)
        yield
        while event.type == "mouse_move":
            if np.linalg.norm(event.position - pressed) * viewer.scene.camera.zoom > SCREEN_PIXELS_OF_A_CLICK:
                return
            yield
        self._choose(None if self.present is None else finding_at(self.present, event.position))

    def _on_boxes(self) -> None:
        if self.present is None:
            return
        for kind, layer in self.present.boxes.items():
            if len(layer.selected_data) == 1:
                self._choose(self.present.finding_of(kind, next(iter(layer.selected_data))))

    def _on_label(self) -> None:
        if self.present is not None and self.present.areas is not None:
            self._choose(int(self.present.areas.selected_label))

    def _choose(self, id: int | None) -> None:
        shown = self.present
        if shown is None or shown.selecting or id == shown.selected:
            return
        if any(each.id == id for each in shown.findings.findings):
            self.chosen.emit(id)
