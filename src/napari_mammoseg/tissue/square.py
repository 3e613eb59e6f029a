"""A square or a rectangle cut out of an image."""

from __future__ import annotations

import numpy as np


def square(shape: tuple[int, ...], centre: tuple[int, int], side: int | tuple[int, int]) -> tuple[slice, slice]:
    """A square of `side`, or a rectangle of two, moved inwards at the image's border; smaller where the image is."""
    sides = side if isinstance(side, tuple) else (side, side)
    starts = [int(np.clip(c - s // 2, 0, max(0, n - s))) for c, s, n in zip(centre, sides, shape, strict=True)]
    return slice(starts[0], starts[0] + sides[0]), slice(starts[1], starts[1] + sides[1])
