"""Marks that lie where their image lies, also after it was moved, turned or scaled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_mammoseg.gui.layers.finding_layers import GRID, place_of_map
from napari_mammoseg.gui.layers.image_layers import placement_of

if TYPE_CHECKING:
    from napari.layers import Image


def place_on(mark: Any, image: Image) -> None:
    """Puts the layer `mark` where `image` lies now; a probability map keeps its own pixel size."""
    place = placement_of(image)
    if GRID in mark.metadata:
        zoom, first = mark.metadata[GRID]
        place = place_of_map(zoom, first, place)
    for name, value in place.items():
        setattr(mark, name, value)
