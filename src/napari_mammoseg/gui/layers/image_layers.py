"""A Mammogram as napari layers, and a napari layer as a Mammogram."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.layers.belonging import belonging
from napari_mammoseg.gui.layers.truth_layers import truth_layers
from napari_mammoseg.gui.layers.windows import presets, shown
from napari_mammoseg.mammogram import Mammogram, Spacing, every_value, look_up

if TYPE_CHECKING:
    from napari.layers import Image

LayerData = tuple[Any, dict[str, Any], str]
KEY = "mammoseg"
SCHEMA = "mammoseg.image/1"


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


def placement(spacing: Spacing | None, dimensions: int = 2) -> dict[str, Any]:
    """Where a layer of that spacing lies: scale, units and axis labels; frames of a stack are counted."""
    unit = "pixel" if spacing is None else "mm"
    frames = dimensions - 2
    return {
        "scale": (*(1.0,) * frames, *(spacing or (1.0, 1.0))),
        "units": (*("pixel",) * frames, unit, unit),
        "axis_labels": (*("frame",) * frames, "row", "column"),
    }


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


def is_mammogram(layer: Any) -> bool:
    """Whether a layer can be analysed: an image of two or three dimensions that is no result."""
    if layer._type_string != "image" or layer.ndim not in (2, 3):
        return False
    return layer.metadata.get(KEY, {}).get("schema", SCHEMA) == SCHEMA


def mammogram_of(layer: Image) -> Mammogram:
    """The Mammogram that `layer` shows, whoever opened it. Raises InputError for colour."""
    facts = facts_of(layer)
    values = facts.get("values")
    if values is not None and values is layer.data:
        return Mammogram(_default(facts), **facts)
    pixels, notes = _grey(layer)
    if values is not None:
        facts |= {"values": None, "windows": ()}
        notes = (*notes, "the layer's values were changed")
    return Mammogram(pixels, **{**facts, "notes": (*facts.get("notes", ()), *notes)})


def facts_of(layer: Image) -> dict[str, Any]:
    """What is known of the image that `layer` shows: the fields of its Mammogram but the pixels."""
    stored = layer.metadata.get(KEY, {})
    facts = {"name": layer.name, "format": "layer", **{name: stored[name] for name in _FACTS if name in stored}}
    facts["spacing"], facts["spacing_source"] = spacing_of(layer)
    return facts


def spacing_of(layer: Image) -> tuple[Spacing | None, str | None]:
    """Millimetres a pixel by the layer's scale and units, and where that comes from; None if they are no lengths."""
    stored = layer.metadata.get(KEY, {})
    spacing = _spacing(layer)
    if spacing is None or stored.get("spacing") is None or not np.allclose(spacing, stored["spacing"]):
        return spacing, None if spacing is None else "the layer's scale"
    return stored["spacing"], stored["spacing_source"]


def set_spacing(layer: Image, spacing: Spacing, source: str = "given") -> None:
    """Puts the image into mm: scale, units and the spacing that its record holds."""
    place = placement(spacing, layer.ndim)
    layer.scale, layer.units = place["scale"], place["units"]
    stored = layer.metadata.get(KEY, {"schema": SCHEMA, "name": layer.name})
    layer.metadata = {**layer.metadata, KEY: {**stored, "spacing": spacing, "spacing_source": source}}


_FACTS = tuple(each.name for each in fields(Mammogram) if each.name != "pixels")


def _facts(image: Mammogram) -> dict[str, Any]:
    return {name: getattr(image, name) for name in _FACTS}


def _grey(layer: Image) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    data = np.asarray(layer.data[0] if layer.multiscale else layer.data)
    if layer.rgb:
        if np.ptp(data[..., :3], axis=-1).any():
            raise InputError(layer.name, "is a colour image", "turn it to grey first")
        data = data[..., 0]
    if np.issubdtype(data.dtype, np.integer):
        return (data / np.float32(np.iinfo(data.dtype).max)).astype(np.float32), ()
    return _unit_range(data, layer.name)


def _default(facts: dict[str, Any]) -> NDArray[np.float32]:
    """The pixels that the reader gave: the values through their default window."""
    values, window = facts["values"], facts["windows"][0]
    return look_up(window.shown(every_value(values.dtype)), values)


def _unit_range(data: NDArray[Any], name: str) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    low, high = float(np.min(data)), float(np.max(data))
    if not np.isfinite((low, high)).all():
        raise InputError(name, "has values that are not numbers", "replace them first")
    if low >= 0 and high <= 1:
        return np.asarray(data, np.float32), ()
    scaled = ((data - low) / (high - low)).astype(np.float32)
    return scaled, (f"values of {low:g} to {high:g} were taken as 0 to 1",)


def _spacing(layer: Image) -> Spacing | None:
    rows, columns = layer.units[-2:]
    if not (rows.is_compatible_with("mm") and columns.is_compatible_with("mm")):
        return None
    factors = ((1 * rows).to("mm").magnitude, (1 * columns).to("mm").magnitude)
    return float(layer.scale[-2] * factors[0]), float(layer.scale[-1] * factors[1])
