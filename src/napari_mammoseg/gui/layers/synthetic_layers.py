"""An image with a synthetic lesion as napari layers: the image, and the lesion's mask as labels on it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from napari_mammoseg.gui.layers.belonging import belonging
from napari_mammoseg.gui.layers.image_layers import LayerData, image_layers, placement_of
from napari_mammoseg.gui.layers.style import COLOURS
from napari_mammoseg.synthesis import Synthetic

if TYPE_CHECKING:
    from napari.layers import Image


def synthetic_layers(made: Synthetic, source: Image) -> list[LayerData]:
    """Both lie where the layer `source`, of which the image was made, lies; their names say what they are."""
    from napari.utils.colormaps import DirectLabelColormap

    name = f"{source.name} synthetic {made.record['seed']}"
    (data, keywords, kind), *_ = image_layers(replace(made.image, name=name, truth=None))
    placed = {**keywords, **placement_of(source)}
    labels = {
        "name": f"{name} lesion",
        "colormap": DirectLabelColormap(color_dict={0: "transparent", None: COLOURS["mass"]}),
        "opacity": 0.8,
        "metadata": {"synthetic": dict(made.record)},
    }
    return belonging([(data, placed, kind), (made.mask, {**labels, **placement_of(source)}, "labels")])
