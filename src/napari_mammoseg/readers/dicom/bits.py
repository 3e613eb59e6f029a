"""Which bits of a pixel hold its value (PS3.5 8.1.1): bits outside those that are stored mean nothing.

Old files keep overlays in them, careless ones whatever was there before.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.readers.dicom.layout import Layout


def limits(dtype: np.dtype[Any], bits: int) -> tuple[int, int]:
    """The smallest and the largest value of `bits` bits in pixels of `dtype`."""
    return (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if dtype.kind == "i" else (0, 2**bits - 1)


def stored_bits(
    values: NDArray[Any], layout: Layout, padding: int | None = None
) -> tuple[NDArray[Any], tuple[str, ...]]:
    """`values` without the bits that mean nothing, with the sign of the highest stored bit, and what was done.

    padding: the pixels' PixelPaddingValue; where it needs more bits than are stored, pixels that have it keep it.
    """
    bits, width = layout.bits_stored, 8 * values.itemsize
    high_bit, notes = _high_bit(values, layout)
    first, last = limits(values.dtype, bits)
    if high_bit == bits - 1 and values.min() >= first and values.max() <= last:
        return values, notes
    meant = (values << (width - 1 - high_bit)) >> (width - bits)
    if high_bit != bits - 1:
        return meant, (*notes, f"HighBit is {high_bit}: the upper {bits} of {high_bit + 1} bits are the pixels' values")
    if padding is not None and not first <= padding <= last:
        meant[values == padding] = padding
    if values.dtype.kind == "u":
        notes = (*notes, f"bits above the {bits} that are stored were set: they mean nothing and were cleared")
    return meant, notes


def _high_bit(values: NDArray[Any], layout: Layout) -> tuple[int, tuple[str, ...]]:
    """The layout's HighBit, unless no pixel has a bit above the lowest `bits_stored`, as after some decoders."""
    lowest = layout.bits_stored - 1
    if layout.high_bit == lowest or int(values.view(f"u{values.itemsize}").max()) > 2**layout.bits_stored - 1:
        return min(layout.high_bit, 8 * values.itemsize - 1), ()
    return lowest, (f"HighBit is {layout.high_bit}, but only the lowest {lowest + 1} bits are used: it is ignored",)
