"""What holds in a viewer as long as it has mammograms: marks belong to their image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary, ref

from napari_mammoseg.gui.layers.captions import Captions, has_a_window
from napari_mammoseg.gui.layers.grid import group_by_image
from napari_mammoseg.gui.layers.image_layers import is_mammogram
from napari_mammoseg.gui.layers.layer_spacing import KEY, is_length
from napari_mammoseg.gui.layers.marks import bind_marks_key
from napari_mammoseg.gui.layers.placing import place_on
from napari_mammoseg.gui.layers.seen import bring_to_sight, image_of, marks_on, show_marks_of_seen_images, uncover_all
from napari_mammoseg.gui.notify import warn

if TYPE_CHECKING:
    from napari.components import ViewerModel

_PLACE = ("scale", "translate", "rotate", "shear", "affine", "units")
_RULES: WeakKeyDictionary[ViewerModel, _Rules] = WeakKeyDictionary()
_CAPTIONS: WeakKeyDictionary[ViewerModel, Captions] = WeakKeyDictionary()


def keep_rules(viewer: ViewerModel) -> None:
    """From now on: marks are shown with their image, move with it, and stand in its cell of a grid.

    The image that is selected, or whose marks are, is brought to sight. Captions are kept readable. The key that hides
    all marks is bound.
    """
    if viewer not in _RULES:
        bind_marks_key(viewer)
        group_by_image(viewer)
        keep_a_text(viewer)
        if has_a_window():
            _CAPTIONS[viewer] = Captions(viewer)
        _RULES[viewer] = _Rules(viewer)


class _Rules:
    """Listens to one viewer, which it does not keep alive."""

    def __init__(self, viewer: ViewerModel) -> None:
        self._reference = ref(viewer)
        self._mixed = False
        for layer in viewer.layers:
            self._listen(layer)
        viewer.layers.events.inserted.connect(self._on_inserted)
        viewer.layers.events.removed.connect(self._on_removed)
        viewer.layers.events.reordered.connect(self._refresh)
        viewer.layers.selection.events.active.connect(self._on_chosen)
        viewer.canvas.grid.events.enabled.connect(self._on_grid)
        self._say_what_is_not_to_scale()
        self._refresh()

    @property
    def _viewer(self) -> ViewerModel:
        viewer = self._reference()
        assert viewer is not None, "only a viewer that is there sends events"
        return viewer

    def _listen(self, layer: Any) -> None:
        if is_mammogram(layer):
            layer.events.visible.connect(self._refresh)
            for name in _PLACE:
                getattr(layer.events, name).connect(self._on_moved)

    def _refresh(self, event: Any = None) -> None:
        show_marks_of_seen_images(self._viewer)

    def _on_moved(self, event: Any) -> None:
        for mark in marks_on(event.source, self._viewer.layers):
            place_on(mark, event.source)
        if event.type == "units":
            self._say_what_is_not_to_scale()
        self._refresh()

    def _on_inserted(self, event: Any) -> None:
        """Shows what a millimetre is."""
        layer = event.value
        if layer.visible:
            keep_a_text(self._viewer)
        self._listen(layer)
        if KEY in layer.metadata and str(layer.units[-1]) == "millimeter":
            self._viewer.canvas.overlays.scale_bar.visible = True
        self._say_what_is_not_to_scale()
        self._refresh()

    def _say_what_is_not_to_scale(self) -> None:
        """Says it once when an image of unknown pixel size lies beside images in mm, whichever of them came last."""
        lengths = {each: is_length(each) for each in self._viewer.layers if is_mammogram(each)}
        mixed = len(set(lengths.values())) > 1
        if mixed and not self._mixed:
            name = next(each.name for each, known in reversed(lengths.items()) if not known)
            why = "Its pixel size is unknown: one pixel is drawn as one mm beside the images in mm."
            warn(f"Not to scale: {name}. {why} Type its spacing in a dock.")
        self._mixed = mixed

    def _on_removed(self, event: Any) -> None:
        keep_a_text(self._viewer)
        self._say_what_is_not_to_scale()
        self._refresh()

    def _on_chosen(self, event: Any = None) -> None:
        image = image_of(self._viewer.layers.selection.active, self._viewer.layers)
        if image is not None:
            bring_to_sight(self._viewer, image)
            self._refresh()

    def _on_grid(self, event: Any) -> None:
        if self._viewer.canvas.grid.enabled:
            uncover_all(self._viewer)
            self._refresh()
        else:
            self._on_chosen()


def keep_a_text(viewer: ViewerModel) -> None:
    """Keeps one text on the canvas, if only a blank, as long as there are layers.

    When the last layer with text goes, vispy 0.17 draws the next one from buffers that were deleted, and the process
    ends with a segmentation fault. It does so too where a text is the first thing that is drawn after all layers went.
    """
    overlay = viewer.canvas.overlays.text
    if not viewer.layers:
        overlay.visible = overlay.visible and overlay.text != " "
    elif not overlay.visible or not overlay.text:
        overlay.text, overlay.box = " ", False
        overlay.visible = True
