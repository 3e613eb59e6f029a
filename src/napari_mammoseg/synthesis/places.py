"""Where a lesion may be put: inside the breast, away from its edge, from the muscle and from known lesions."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from napari_mammoseg.geometry.regions import region
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.muscle import pectoral_muscle

CLEAR = 1.2
"""A square of this many sizes of the lesion around its place shows healthy tissue of the breast alone."""
STEP = 4
"""Places lie on every fourth row and column."""


def healthy_tissue(image: Mammogram, spacing: Spacing) -> NDArray[np.bool_]:
    """(rows, columns): the breast without its muscle and without the boxes of known lesions."""
    tissue = breast_mask(image.pixels, spacing)
    tissue &= ~pectoral_muscle(image.pixels, tissue, image.view)
    for lesion in image.truth or ():
        where = region(lesion)
        if where is not None:
            row0, column0, row1, column1 = (max(0, int(each)) for each in where.box)
            tissue[row0 : row1 + 1, column0 : column1 + 1] = False
    return tissue


class Places:
    """The free places of one image; each that is given away is free no longer."""

    def __init__(self, tissue: NDArray[np.bool_], spacing: Spacing) -> None:
        self._free, self._spacing = tissue[::STEP, ::STEP].copy(), spacing

    def draw(self, size_mm: float, random: Generator) -> tuple[int, int] | None:
        """Row and column of a place for a lesion of this size, any with the same chance; None where there is none."""
        down, across = (int(np.ceil(CLEAR * size_mm / each / STEP / 2)) for each in self._spacing)
        if 2 * down >= self._free.shape[0] or 2 * across >= self._free.shape[1]:
            return None
        corners = np.argwhere(_whole(self._free, 2 * down + 1, 2 * across + 1))
        if not len(corners):
            return None
        row, column = (int(each) for each in corners[random.integers(len(corners))])
        self._free[row : row + 2 * down + 1, column : column + 2 * across + 1] = False
        return (row + down) * STEP, (column + across) * STEP


def _whole(mask: NDArray[np.bool_], height: int, width: int) -> NDArray[np.bool_]:
    """Where all of the `height` x `width` pixels from a pixel on are True."""
    total = np.pad(mask, ((1, 0), (1, 0))).cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    count = total[height:, width:] - total[:-height, width:] - total[height:, :-width] + total[:-height, :-width]
    return np.asarray(count == height * width)
