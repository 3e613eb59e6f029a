"""A Mammogram as napari layers, and a napari layer as a Mammogram."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.gui.layers.belonging import belonging
from napari_mammoseg.gui.layers.layer_spacing import KEY, SCHEMA, check_square, placement, spacing_of, stated_by
from napari_mammoseg.gui.layers.truth_layers import truth_layers
from napari_mammoseg.gui.layers.windows import presets, shown
from napari_mammoseg.mammogram import Mammogram, every_value, look_up
from napari_mammoseg.readers import grey
from napari_mammoseg.tissue.spacing import with_possible_spacing

if TYPE_CHECKING:
    from napari.layers import Image

LayerData = tuple[Any, dict[str, Any], str]


def image_layers(image: Mammogram) -> list[LayerData]:
    """The image and, where its format carries it, its truth: in mm where the spacing is known, else in pixels.

    The layer holds the values over which the file has its windows, where it has any; else the pixels.
    """
    data = image.pixels if image.values is None else image.values
    window = presets(data, image.windows)[0]
    keywords = {
        "name": image.name,
        **placement(image.spacing, image.pixels.ndim),
        **shown(window),
        "metadata": {KEY: {"schema": SCHEMA, **_facts(image), "window": window.explanation}},
    }
    return belonging([(data, keywords, "image"), *truth_layers(image, placement(image.spacing))])


def placement_of(layer: Image) -> dict[str, Any]:
    """Where the rows and columns of `layer` lie in the world, for layers that shall sit on it."""
    return {
        "scale": tuple(layer.scale[-2:]),
        "translate": tuple(layer.translate[-2:]),
        "units": tuple(layer.units[-2:]),
        "axis_labels": tuple(layer.axis_labels[-2:]),
        "affine": np.asarray(layer.affine.affine_matrix)[-3:, -3:],
        "rotate": np.asarray(layer.rotate)[-2:, -2:],
        "shear": _shear(layer),
    }


def _shear(layer: Image) -> NDArray[np.float64]:
    """The shear of rows and columns, which napari gives as a matrix, or of upper ones what is above its diagonal."""
    shear = np.asarray(layer.shear)
    return shear[-2:, -2:] if shear.ndim == 2 else shear[-1:]


def size_of(layer: Image) -> tuple[int, int]:
    """Rows and columns, of a pyramid those of its finest level."""
    shape = (layer.data[0] if layer.multiscale else layer.data).shape
    rows, columns = shape[-3:-1] if layer.rgb else shape[-2:]
    return int(rows), int(columns)


def is_mammogram(layer: Any) -> bool:
    """Whether a layer can be analysed: an image of two or three dimensions that is no result."""
    if layer._type_string != "image" or layer.ndim not in (2, 3):
        return False
    return layer.metadata.get(KEY, {}).get("schema", SCHEMA) == SCHEMA


def mammogram_of(layer: Image) -> Mammogram:
    """The Mammogram that `layer` shows, whoever opened it.

    Raises InputError for what is refused of a file, too (colour, values that are not numbers), and for a sheared layer.
    """
    check_square(layer)
    spacing, source = stated_by(layer)
    return with_possible_spacing(replace(_as_it_says(layer), spacing=spacing, spacing_source=source))


def _as_it_says(layer: Image) -> Mammogram:
    facts = facts_of(layer)
    values = facts.get("values")
    if values is not None and values is layer.data:
        return Mammogram(_default(facts), **facts)
    pixels, notes = _grey(layer)
    if values is not None:
        facts |= {"values": None, "windows": ()}
        notes = [*notes, "the layer's values were changed"]
    return Mammogram(pixels, **{**facts, "notes": (*facts.get("notes", ()), *notes)})


def facts_of(layer: Image) -> dict[str, Any]:
    """What is known of the image that `layer` shows: the fields of its Mammogram but the pixels."""
    stored = layer.metadata.get(KEY, {})
    facts = {"name": layer.name, "format": "layer", **{name: stored[name] for name in _FACTS if name in stored}}
    facts["spacing"], facts["spacing_source"] = spacing_of(layer)
    return facts


_FACTS = tuple(each.name for each in fields(Mammogram) if each.name != "pixels")


def _facts(image: Mammogram) -> dict[str, Any]:
    return {name: getattr(image, name) for name in _FACTS}


def _grey(layer: Image) -> tuple[NDArray[np.float32], list[str]]:
    """As the readers do it with a file's values."""
    data = layer.data[0] if layer.multiscale else layer.data
    grey.check_size(layer.name, int(np.prod(data.shape)))
    values = np.asarray(data)
    return grey.unit_range(layer.name, grey.one_channel(layer.name, values[..., :3]) if layer.rgb else values)


def _default(facts: dict[str, Any]) -> NDArray[np.float32]:
    """The pixels that the reader gave: the values through their default window."""
    values, window = facts["values"], facts["windows"][0]
    return look_up(window.shown(every_value(values.dtype)), values)
