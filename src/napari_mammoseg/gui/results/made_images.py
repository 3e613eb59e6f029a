"""The synthetic images of each viewer, so that a dock that is closed and opened again can undo and save them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from napari_mammoseg.synthesis import Synthetic

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Layer


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """A synthetic image, and its layers: the image and the mask."""

    made: Synthetic
    layers: list[Layer]


_MADE: WeakKeyDictionary[ViewerModel, list[list[Variant]]] = WeakKeyDictionary()


def made_in(viewer: ViewerModel) -> list[list[Variant]]:
    """What was made in the viewer, a list for each time, the last at the end; whoever makes or undoes changes it."""
    return _MADE.setdefault(viewer, [])
