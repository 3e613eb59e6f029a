"""A square of an image at a size that a network wants, and the way back.

Where its pixels are no squares, a square in mm has sides of different numbers of pixels.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Sides = float | tuple[float, float]
"""Pixels down and across; one number stands for both."""


def cut_out(pixels: NDArray[np.float32], centre: tuple[float, float], side: Sides, size: int) -> NDArray[np.float32]:
    """The square of `side` pixels around `centre` as (size, size); beyond the image its border goes on.

    pixels: (rows, columns). centre: row and column in edge coordinates (pixel r covers r…r + 1). Where it shrinks, each
    new pixel is a weighted mean of the old ones that it covers; where it grows, they are joined linearly.
    """
    down, across = sides = _both(side)
    low = [int(np.floor(each - mine / 2)) - 2 for each, mine in zip(centre, sides, strict=True)]
    high = [int(np.ceil(each + mine / 2)) + 2 for each, mine in zip(centre, sides, strict=True)]
    rows, columns = (
        np.clip(np.arange(start, stop), 0, length - 1)
        for start, stop, length in zip(low, high, pixels.shape, strict=True)
    )
    picture = Image.fromarray(np.ascontiguousarray(pixels[np.ix_(rows, columns)], np.float32))
    top, left = (each - mine / 2 - start for each, mine, start in zip(centre, sides, low, strict=True))
    box = (left, top, left + across, top + down)
    return np.array(picture.resize((size, size), Image.Resampling.BILINEAR, box))


def put_back(
    values: NDArray[np.float32], centre: tuple[float, float], side: Sides, shape: tuple[int, int]
) -> tuple[NDArray[np.float32], tuple[slice, slice]]:
    """`values` (size, size) of a square back on the pixels of the image of `shape` that lie in it, and where these are.

    Joined linearly. The part is empty where the square lies beside the image.
    """
    size, sides = len(values), _both(side)
    spans = []
    for middle, mine, length in zip(centre, sides, shape, strict=True):
        low, high = max(0, int(np.ceil(middle - mine / 2))), min(length, int(np.floor(middle + mine / 2)))
        spans.append(slice(low, max(low, high)))
    box = [(spans[axis].start - centre[axis] + sides[axis] / 2) * size / sides[axis] for axis in (0, 1)]
    end = [(spans[axis].stop - centre[axis] + sides[axis] / 2) * size / sides[axis] for axis in (0, 1)]
    rows, columns = (each.stop - each.start for each in spans)
    if not rows or not columns:
        return np.zeros((rows, columns), np.float32), (spans[0], spans[1])
    picture = Image.fromarray(np.ascontiguousarray(values, np.float32))
    limits = (max(0.0, box[1]), max(0.0, box[0]), min(float(size), end[1]), min(float(size), end[0]))
    return np.array(picture.resize((columns, rows), Image.Resampling.BILINEAR, limits)), (spans[0], spans[1])


def _both(side: Sides) -> tuple[float, float]:
    return side if isinstance(side, tuple) else (side, side)
