"""The default boxes of SSD (Liu 2016; numbers of ssd_keras) and the offsets that a network gives for them.

Boxes are (n, 4): row0, column0, row1, column1 as shares of the picture's side. Plain numbers, no torch.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Boxes = NDArray[np.float64]

MAPS = (32, 16, 8, 4, 2, 1)
SCALES = (0.1, 0.2, 0.37, 0.54, 0.71, 0.88, 1.05)
RATIOS = (
    (1.0, 2.0, 0.5),
    (1.0, 2.0, 0.5, 3.0, 1 / 3),
    (1.0, 2.0, 0.5, 3.0, 1 / 3),
    (1.0, 2.0, 0.5, 3.0, 1 / 3),
    (1.0, 2.0, 0.5),
    (1.0, 2.0, 0.5),
)
"""Width over height; the ratio 1 comes a second time at the scale between this map's and the next."""
BOXES = tuple(len(each) + 1 for each in RATIOS)
VARIANCES = np.array([0.1, 0.1, 0.2, 0.2])


@lru_cache(maxsize=1)
def ssd256() -> Boxes:
    """The 6,132 boxes in the order of the network's outputs: map by map, row by row, column by column; not clipped."""
    maps = [
        _of_map(cells, *scales, ratios) for cells, scales, ratios in zip(MAPS, pairwise(SCALES), RATIOS, strict=True)
    ]
    return np.concatenate(maps)


def _of_map(cells: int, scale: float, next_scale: float, ratios: tuple[float, ...]) -> Boxes:
    sizes = [(scale / np.sqrt(ratio), scale * np.sqrt(ratio)) for ratio in ratios]
    sizes.insert(1, (np.sqrt(scale * next_scale), np.sqrt(scale * next_scale)))
    middles = (np.arange(cells) + 0.5) / cells
    row, column, size = np.meshgrid(middles, middles, np.arange(len(sizes)), indexing="ij")
    centre = np.stack([row.ravel(), column.ravel()], axis=1)
    half = np.array(sizes)[size.ravel()] / 2
    return np.hstack([centre - half, centre + half])


def encode(boxes: Boxes, defaults: Boxes) -> Boxes:
    """What the network has to say for `boxes` (n, 4), each with its default box: offsets (n, 4) over the variances."""
    centre, size = _centre_and_size(boxes)
    default_centre, default_size = _centre_and_size(defaults)
    return np.hstack([(centre - default_centre) / default_size, np.log(size / default_size)]) / VARIANCES


def decode(offsets: NDArray[np.floating], defaults: Boxes) -> Boxes:
    """The boxes that the network's `offsets` (n, 4) mean."""
    scaled = np.asarray(offsets, np.float64) * VARIANCES
    default_centre, default_size = _centre_and_size(defaults)
    centre = scaled[:, :2] * default_size + default_centre
    half = np.exp(np.minimum(scaled[:, 2:], 10)) * default_size / 2
    return np.hstack([centre - half, centre + half])


def _centre_and_size(boxes: Boxes) -> tuple[Boxes, Boxes]:
    return (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
