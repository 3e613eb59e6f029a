"""Several layers shown or hidden at once: the window looks at its scene once, not after each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from napari.components import ViewerModel


@contextmanager
def at_once(viewer: ViewerModel) -> Iterator[None]:
    """Within the block napari does not go through all layers whenever one is shown or hidden, but once at its end.

    If any is seen then that was not before, or the other way round.

    What napari has for that (`batched_update`) also searches the whole memory, which takes longer than it saves. This
    is the only place that uses the canvas's own switch, which is private to napari; without it nothing is quicker.
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


def _canvas(viewer: ViewerModel) -> Any:
    """The canvas of the viewer's window; None where it has no window."""
    window = getattr(viewer, "window", None)
    return getattr(getattr(window, "_qt_viewer", None), "canvas", None)


_PAUSED = "_pause_scene_graph"
