"""Stored values of any type to grey 0…1: what all picture formats share."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError

LARGEST = 178_956_970
"""Most pixels that are read from one picture (Pillow's own limit against decompression bombs)."""

_DEPTHS = (10, 12, 14)


def check_size(name: str, pixels: int) -> None:
    """Raises InputError where there are no pixels, or more than are read."""
    if pixels < 1:
        raise InputError(name, "has no pixels", "export it again")
    if pixels > LARGEST:
        raise InputError(name, f"has {pixels / 1e6:.0f} million pixels", f"give at most {LARGEST / 1e6:.0f} million")


def equal_channels(channels: NDArray[Any], tolerance: int = 0) -> NDArray[Any] | None:
    """The grey picture in (rows, columns, 3) `channels` that are equal within `tolerance`; None where they are not."""
    grey = channels[..., 1]
    for each in (channels[..., 0], channels[..., 2]):
        if (np.maximum(each, grey) - np.minimum(each, grey)).max() > tolerance:
            return None
    return np.ascontiguousarray(grey)


def one_channel(name: str, channels: NDArray[Any], tolerance: int = 0) -> NDArray[Any]:
    """As `equal_channels`. Raises InputError where they are not equal."""
    grey = equal_channels(channels, tolerance)
    if grey is None:
        raise InputError(name, "is a colour picture", "save it as grey; a mammogram has no colours")
    return grey


def unit_range(name: str, values: NDArray[Any], depth: int | None = None) -> tuple[NDArray[np.float32], list[str]]:
    """`values` as float32 in 0…1, and what was done that a person should know.

    Unsigned integers are divided by the largest value of `depth` bits (None: their type's; 10, 12 or 14 where a 16-bit
    picture uses no more). Signed, wide or real values go from their smallest to their largest, real ones within 0…1
    stay. Raises InputError for black-and-white and for values that are no numbers.
    """
    if values.dtype == np.bool_:
        raise InputError(name, "is black and white only", "give the grey picture; a mask is given as truth")
    if values.dtype.kind not in "uif":
        raise InputError(name, f"has pixels of type {values.dtype}", "save it as 8- or 16-bit grey")
    if values.dtype.kind == "f" and not np.isfinite(values).all():
        raise InputError(name, "has pixels that are not numbers (NaN or infinite)", "replace them and save it again")
    low, high = values.min(), values.max()
    notes = [] if low < high else [f"every pixel is {low:g}: the picture is empty"]
    if values.dtype.kind == "f" and low >= 0 and high <= 1:
        return values.astype(np.float32, copy=False), notes
    if (values.dtype.kind != "u" and (values.dtype.kind == "f" or low < 0)) or values.dtype.itemsize > 2:
        return _stretched(values, float(low), float(high)), [
            *notes,
            f"values {low:g} to {high:g} were scaled to 0 to 1",
        ]
    if depth is None:
        depth, guessed = _depth(values, int(high))
        notes += guessed
    return values.astype(np.float32) / np.float32(2**depth - 1), notes


def _stretched(values: NDArray[Any], low: float, high: float) -> NDArray[np.float32]:
    scale = high / 2 - low / 2 or 1.0
    return ((values / 2 - low / 2) / scale).astype(np.float32)


def _depth(values: NDArray[Any], high: int) -> tuple[int, list[str]]:
    if values.dtype.itemsize == 1:
        return 8, []
    for depth in _DEPTHS:
        if 2**8 <= high < 2**depth:
            return depth, [f"the brightest of the 16-bit values is {high}: they were taken as {depth}-bit"]
    return 16, []
