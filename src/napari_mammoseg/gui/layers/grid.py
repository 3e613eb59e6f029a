"""napari's grid with one cell per image: the marks on it stand in its cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from napari.components.grid import GridCanvas

from napari_mammoseg.gui.layers.belonging import IMAGE

if TYPE_CHECKING:
    from napari.components import ViewerModel


class GridOfImages(GridCanvas):
    """Groups layers by the image that they belong to; a layer that belongs to none is its own group."""

    def _viewbox_groups(self, layers: Sequence[Any]) -> tuple[dict[int, int], list[int]]:
        groups = list(dict.fromkeys(_group(layer) for layer in layers))
        places = range(len(groups)) if self.stride > 0 else range(len(groups))[::-1]
        cell = {group: place // abs(self.stride) for group, place in zip(groups, places, strict=True)}
        group_of = {number: cell[_group(layer)] for number, layer in enumerate(layers)}
        return group_of, sorted({group_of[each] for each in self._effective_indices(layers)})


def group_by_image(viewer: ViewerModel) -> None:
    """Makes the viewer's grid one of images. The grid stays the same object, to which the canvas listens."""
    object.__setattr__(viewer.canvas.grid, "__class__", GridOfImages)


def _group(layer: Any) -> Any:
    return layer.metadata.get(IMAGE, id(layer))
