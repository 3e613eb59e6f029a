"""Layers that the plugin hides for a while, apart from those that a person hid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from napari.components import ViewerModel

Reason = Literal["key", "covered", "alone"]
HIDDEN = "mammoseg_hidden"
"""Where a layer's metadata keep why the plugin hid it."""


def hide(layer: Any, reason: Reason) -> None:
    """Hides `layer`; one that a person hid is left alone."""
    reasons = () if layer.visible else _reasons(layer)
    if layer.visible or (reasons and reason not in reasons):
        _keep(layer, (*reasons, reason))
        layer.visible = False


def reveal(layer: Any, reason: Reason) -> None:
    """Takes back `hide` for that reason; shows the layer where no other one is left."""
    reasons = _reasons(layer)
    if reason in reasons:
        left = tuple(each for each in reasons if each != reason)
        _keep(layer, left)
        layer.visible = layer.visible or not left


@contextmanager
def at_once(viewer: ViewerModel) -> Iterator[None]:
    """Within the block napari does not go through all layers whenever one is shown or hidden, but once at its end.

    At the end it does so only if another one is seen than before. What napari has for that (`batched_update`) also
    searches the whole memory, which takes longer than it saves. This is the only place that uses the canvas's own
    switch, which is private to napari; without it nothing is quicker.
    """
    canvas = _canvas(viewer)
    if getattr(canvas, _PAUSED, True) or not hasattr(canvas, "_update_scenegraph"):
        yield
        return
    before = [each.visible for each in viewer.layers]
    setattr(canvas, _PAUSED, True)
    try:
        yield
    finally:
        setattr(canvas, _PAUSED, False)
        if before != [each.visible for each in viewer.layers]:
            canvas._update_scenegraph()


def _reasons(layer: Any) -> tuple[Reason, ...]:
    return tuple(layer.metadata.get(HIDDEN, ()))


def _keep(layer: Any, reasons: tuple[Reason, ...]) -> None:
    layer.metadata = {**layer.metadata, HIDDEN: reasons}


def _canvas(viewer: ViewerModel) -> Any:
    """The canvas of the viewer's window; None where it has no window."""
    window = getattr(getattr(viewer, "__wrapped__", viewer), "window", None)
    return getattr(getattr(window, "_qt_viewer", None), "canvas", None)


_PAUSED = "_pause_scene_graph"
