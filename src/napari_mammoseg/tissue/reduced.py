"""Working on a small copy of a large image, and bringing the mask back."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

LONG_SIDE = 512
"""Pixels that the longer side of the small copy has at most: about 0.4 mm a pixel on a whole mammogram."""


def reduced(pixels: NDArray[np.float32], long_side: int = LONG_SIDE) -> NDArray[np.float32]:
    """(rows, columns) float32, each pixel the mean of a square of the image; the image itself where it is small."""
    factor = reduction(pixels.shape, long_side)
    if factor > 1:
        pixels = _block_mean(_block_mean(pixels, factor).T, factor).T
    return np.nan_to_num(pixels.astype(np.float32), copy=False, posinf=0, neginf=0)


def _block_mean(array: NDArray[np.float32], factor: int) -> NDArray[np.float32]:
    """Means of `factor` rows at a time, the last of those that are left."""
    total = np.zeros((-(-len(array) // factor), array.shape[1]), np.float32)
    count = np.zeros((len(total), 1), np.float32)
    for first in range(factor):
        rows = array[first::factor]
        total[: len(rows)] += rows
        count[: len(rows)] += 1
    return np.ascontiguousarray(total / count)


def thinned(mask: NDArray[np.bool_], long_side: int = LONG_SIDE) -> NDArray[np.bool_]:
    """(rows, columns) bool of the small copy's size, from the middle of each square."""
    factor = reduction(mask.shape, long_side)
    rows, columns = (np.minimum(np.arange(factor // 2, side + factor // 2, factor), side - 1) for side in mask.shape)
    return mask[np.ix_(rows, columns)]


def reduction(shape: tuple[int, ...], long_side: int = LONG_SIDE) -> int:
    """How many of the image's pixels make one of the small copy, in each direction."""
    return max(1, -(-max(shape) // long_side))


def enlarged(mask: NDArray[np.bool_], shape: tuple[int, ...], grid: tuple[int, ...]) -> NDArray[np.bool_]:
    """The mask of the small copy of an image of `shape` on a grid over the same rectangle: (rows, columns) bool."""
    factor = reduction(shape)
    rows, columns = (
        ((np.arange(new) + 0.5) * old / new).astype(np.intp) // factor for old, new in zip(shape, grid, strict=True)
    )
    return mask[rows][:, columns]
