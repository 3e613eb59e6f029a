"""The results of each viewer, so that a dock that is closed and opened again finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from psygnal import SignalInstance

from napari_mammoseg.commands import Command
from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.pipeline_table import pipeline

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image

_KEPT: WeakKeyDictionary[ViewerModel, list[ShownResult]] = WeakKeyDictionary()

anew = SignalInstance((object,), name="anew")
"""Tells of a viewer in which one more result is kept."""


def keep(viewer: ViewerModel, result: ShownResult) -> None:
    """Keeps `result` as long as one of its layers is in the viewer."""
    _KEPT[viewer] = [*kept(viewer), result]
    anew.emit(viewer)


def show_and_keep(
    viewer: ViewerModel, image: Image, command: Command, everything: Findings, threshold: float
) -> ShownResult:
    """Shows a result on its image, for a dock that is open or opened later to go on with."""
    kind = pipeline(everything.pipeline).read_kind
    shown = ShownResult(viewer, image, command, everything, threshold, () if kind is None else (kind,))
    keep(viewer, shown)
    return shown


def kept(viewer: ViewerModel, name: str | None = None) -> list[ShownResult]:
    """The results that have a layer in the viewer, the oldest first; of the pipeline called so, or of all."""
    there = [each for each in _KEPT.get(viewer, []) if each.present]
    return [each for each in there if name in (None, each.everything.pipeline)]


def kept_anywhere() -> list[ShownResult]:
    """The results of every viewer."""
    return [each for viewer in list(_KEPT) for each in kept(viewer)]
