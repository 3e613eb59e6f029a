"""Marks that lie where their image lies, also after it was moved, turned or scaled."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.layers.finding_layers import GRID, heat, place_of_map
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


def fill_heat(layer: Any, findings: Findings, image: Image) -> None:
    """Shows the probability map of another run on `image` in the layer of a map, if there is one."""
    if findings.probability is not None:
        data, keywords, _ = heat(findings, findings.probability, placement_of(image))
        layer.data = data
        layer.metadata = {**layer.metadata, **keywords["metadata"]}
        layer.scale, layer.translate = keywords["scale"], keywords["translate"]
