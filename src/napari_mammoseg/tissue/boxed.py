"""A mass as a network of outlines sees it: a square window around its box, and where in it the box lies."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.tissue.cutout import cut_out
from napari_mammoseg.tissue.grey_scale import is_even

Box = tuple[float, float, float, float]
DEVIATIONS = 2.5
"""Standard deviations of the box's grey values that are brought to 1."""
HIGHEST = 1.5
"""Grey values are cut there on both sides."""


def window_of(box: Box, context: float) -> tuple[tuple[float, float], float]:
    """Centre and side of the square window around a half-open box, in pixels of the image.

    context: the side in units of the longer side of the box.
    """
    return ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2), context * max(box[2] - box[0], box[3] - box[1])


def depth_in_box(box: Box, context: float, size: int) -> NDArray[np.float32]:
    """(2, size, size): how deep each pixel of the window lies in the box, and in the ellipse that fills it.

    1 in the middle, 0 on the border, negative outside, at least -1.
    """
    side = window_of(box, context)[1]
    place = ((np.arange(size) + 0.5) / size - 0.5) * 2 * side
    rows, columns = place[:, None] / (box[2] - box[0]), place[None, :] / (box[3] - box[1])
    deep = 1 - np.stack([np.maximum(np.abs(rows), np.abs(columns)), np.hypot(rows, columns)])
    return np.maximum(deep, -1).astype(np.float32)


def boxed_window(pixels: NDArray[np.float32], box: Box, context: float, size: int) -> NDArray[np.float32]:
    """(3, size, size): grey values, mean 0 and deviation 1 / DEVIATIONS over the box, and `depth_in_box`."""
    grey = cut_out(pixels, *window_of(box, context), size)
    depth = depth_in_box(box, context, size)
    inside = grey[depth[0] >= 0]
    spread = 0.0 if is_even(inside.min(), inside.max()) else inside.std()
    scaled = (grey - inside.mean()) / (DEVIATIONS * spread or 1.0)
    return np.concatenate([np.clip(scaled, -HIGHEST, HIGHEST)[None], depth]).astype(np.float32)
