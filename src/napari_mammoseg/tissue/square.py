"""A square cut out of an image."""

from __future__ import annotations

import numpy as np


def square(shape: tuple[int, ...], centre: tuple[int, int], side: int) -> tuple[slice, slice]:
    """A square of `side`, moved inwards at the image's border; smaller where the image is."""
    starts = [int(np.clip(c - side // 2, 0, max(0, n - side))) for c, n in zip(centre, shape, strict=True)]
    return slice(starts[0], starts[0] + side), slice(starts[1], starts[1] + side)
