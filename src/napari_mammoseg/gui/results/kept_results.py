"""The results of each viewer, so that a dock that is closed and opened again finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from napari.components import ViewerModel

    from napari_mammoseg.gui.results.shown_result import ShownResult

_KEPT: WeakKeyDictionary[ViewerModel, list[ShownResult]] = WeakKeyDictionary()


def keep(viewer: ViewerModel, result: ShownResult) -> None:
    """Keeps `result` as long as one of its layers is in the viewer."""
    _KEPT[viewer] = [*kept(viewer), result]


def kept(viewer: ViewerModel, pipeline: str | None = None) -> list[ShownResult]:
    """The results that have a layer in the viewer, the oldest first; of one pipeline, or of all."""
    there = [each for each in _KEPT.get(viewer, []) if each.present]
    return [each for each in there if pipeline in (None, each.everything.pipeline)]
