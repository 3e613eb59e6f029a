"""The size of a layer's pixels: by its scale, transforms and units, whichever way it is mirrored or turned."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Spacing, is_possible

if TYPE_CHECKING:
    from napari.layers import Image

KEY = "mammoseg"
SCHEMA = "mammoseg.image/1"
BY_SCALE = "the layer's scale"
STATED = "stated"
"""In an image's record: the spacing, and its source, that it had before a person gave another one."""
DRAWN = "drawn"
"""In an image's record: the millimetres per pixel that it is drawn at beside others though its own are unknown."""
SQUARE = 1e-3
"""Cosine of the angle between rows and columns that is still taken for a right one."""


def placement(spacing: Spacing | None, dimensions: int = 2) -> dict[str, Any]:
    """Where a layer of that spacing lies: scale, units and axis labels; frames of a stack are counted."""
    unit = "pixel" if spacing is None else "mm"
    frames = dimensions - 2
    return {
        "scale": (*(1.0,) * frames, *(spacing or (1.0, 1.0))),
        "units": (*("pixel",) * frames, unit, unit),
        "axis_labels": (*("frame",) * frames, "row", "column"),
    }


def stated_by(layer: Image) -> tuple[Spacing | None, str | None]:
    """Millimetres per pixel as the layer says it, possible or not, and where that comes from; None if no lengths.

    The size that an image of unknown pixel size is only drawn at (`DRAWN`) is none.
    """
    stored = layer.metadata.get(KEY, {})
    spacing = _measured(layer)
    if spacing is not None and DRAWN in stored and np.allclose(spacing, stored[DRAWN]):
        return None, None
    if spacing is None or stored.get("spacing") is None or not np.allclose(spacing, stored["spacing"]):
        return spacing, None if spacing is None else BY_SCALE
    return stored["spacing"], stored["spacing_source"]


def spacing_of(layer: Image) -> tuple[Spacing | None, str | None]:
    """As `stated_by`; None where no mammogram has pixels of that size."""
    spacing, source = stated_by(layer)
    return (spacing, source) if spacing is not None and is_possible(spacing) else (None, None)


def first_spacing_of(layer: Image) -> tuple[Spacing | None, str | None]:
    """What the image said before a person gave a spacing."""
    stated = layer.metadata.get(KEY, {}).get(STATED)
    return spacing_of(layer) if stated is None else stated


def set_spacing(layer: Image, spacing: Spacing | None, source: str | None = "given") -> None:
    """Puts the image into mm (None: into pixels): scale, units and record. It stays mirrored and turned as it is."""
    stored = {"schema": SCHEMA, "name": layer.name, STATED: spacing_of(layer), **layer.metadata.get(KEY, {})}
    record = {**stored, "spacing": spacing, "spacing_source": None if spacing is None else source}
    place = placement(spacing, layer.ndim)
    scale = np.array(place["scale"])
    scale[-2:] *= np.sign(layer.scale[-2:]) / _beside_scale(layer)
    layer.metadata = {**layer.metadata, KEY: record}
    layer.units = place["units"]
    layer.scale = scale


def is_length(layer: Image) -> bool:
    """Whether the layer lies in lengths, not in pixels."""
    return all(unit.is_compatible_with("mm") for unit in layer.units[-2:])


def check_square(layer: Image) -> None:
    """Raises InputError where the layer is sheared: its pixels are no rectangles then, and have no spacing."""
    rows, columns = _steps(layer)
    if abs(rows @ columns) > SQUARE * np.linalg.norm(rows) * np.linalg.norm(columns):
        raise InputError(layer.name, "is sheared: its pixels are no rectangles", "reset the layer's shear and affine")


def _measured(layer: Image) -> Spacing | None:
    if not is_length(layer):
        return None
    mm = np.array([float((1 * unit).to("mm").magnitude) for unit in layer.units[-2:]])
    rows, columns = (float(np.linalg.norm(step[-2:] * mm)) for step in _steps(layer))
    return rows, columns


def _beside_scale(layer: Image) -> NDArray[np.float64]:
    """By how much the other transforms of the layer stretch its rows and columns."""
    return np.array([np.linalg.norm(step) for step in _steps(layer)]) / np.abs(layer.scale[-2:])


def _steps(layer: Image) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far the next row, and the next column, lie away in the world."""
    places = np.vstack([np.zeros(layer.ndim), np.eye(layer.ndim)[-2:]])
    origin, row, column = (np.asarray(layer.data_to_world(each)) for each in places)
    return row - origin, column - origin
