"""Pixels that are no part of the picture (PS3.3 C.7.5.1.1.2): the air beside the breast, masked by the maker."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from napari_mammoseg.readers.dicom.tags import whole


def padding(data: Dataset, stored: NDArray[np.int64]) -> tuple[NDArray[np.bool_], str | None]:
    """Which of the `stored` values PixelPaddingValue (to PixelPaddingRangeLimit) masks, and a line about it."""
    value = whole(data, "PixelPaddingValue")
    if value is None:
        return np.zeros(stored.shape, np.bool_), None
    limit = whole(data, "PixelPaddingRangeLimit")
    bits, signed = len(stored).bit_length() - 1, bool(stored[0] < 0)
    ends = sorted(as_pixel(each, bits, signed) for each in (value, value if limit is None else limit))
    said = f"{ends[0]}" if ends[0] == ends[1] else f"{ends[0]} to {ends[1]}"
    return (stored >= ends[0]) & (
        stored <= ends[1]
    ), f"stored values {said} are padding: left out of statistics and shown as 0"


def as_pixel(value: int, bits: int, signed: bool) -> int:
    """The value as pixels of `bits` bits have it; files give a negative one as its unsigned pattern, and vice versa."""
    first = -(2 ** (bits - 1)) if signed else 0
    return (value - first) % 2**bits + first
