"""Where the pixels of a phantom lie in mm, and random numbers that make the same breast at any pixel size."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

STRUCTURE_MM = 0.2
"""Pixel size at which what is smooth is worked out; finer images have it interpolated."""


@dataclass(frozen=True)
class Grid:
    """Square pixels of `spacing` mm. The chest wall is at column 0, the nipple points to higher columns."""

    rows: int
    columns: int
    spacing: float

    @property
    def height_mm(self) -> float:
        return self.rows * self.spacing

    @property
    def width_mm(self) -> float:
        return self.columns * self.spacing

    @cached_property
    def row_mm(self) -> NDArray[np.float32]:
        """Pixel centres, (rows, 1)."""
        return ((np.arange(self.rows, dtype=np.float32) + 0.5) * self.spacing)[:, None]

    @cached_property
    def column_mm(self) -> NDArray[np.float32]:
        """Pixel centres, (1, columns)."""
        return ((np.arange(self.columns, dtype=np.float32) + 0.5) * self.spacing)[None, :]

    def coarse(self) -> Grid:
        """The grid over the same field on which smooth things are worked out."""
        spacing = max(self.spacing, STRUCTURE_MM)
        rows, columns = (int(np.ceil(each / spacing - 1e-6)) for each in (self.height_mm, self.width_mm))
        return Grid(rows, columns, spacing)

    def refine(self, smooth: NDArray[np.float32]) -> NDArray[np.float32]:
        """An array on the coarse grid brought to this one (cubic B-spline)."""
        coarse = self.coarse()
        if coarse.spacing == self.spacing:
            return smooth
        padded = np.pad(smooth, 2, mode="edge")
        return spline(padded, self, coarse.spacing, first_mm=-1.5 * coarse.spacing)


def spline(knots: NDArray[np.float32], grid: Grid, cell_mm: float, first_mm: float) -> NDArray[np.float32]:
    """Cubic B-spline with `knots` every `cell_mm`, the first at `first_mm`, at the pixels of `grid`."""
    down = _weights(grid.row_mm.ravel(), knots.shape[0], cell_mm, first_mm)
    across = _weights(grid.column_mm.ravel(), knots.shape[1], cell_mm, first_mm)
    wide = np.ascontiguousarray((across @ knots.T).T)
    return np.asarray(down @ wide, np.float32)


def _weights(at_mm: NDArray[np.float32], count: int, cell_mm: float, first_mm: float) -> sparse.csr_matrix:
    position = (at_mm.astype(np.float64) - first_mm) / cell_mm
    knot = np.floor(position).astype(int)
    t = position - knot
    weights = np.stack([(1 - t) ** 3, 3 * t**3 - 6 * t**2 + 4, -3 * t**3 + 3 * t**2 + 3 * t + 1, t**3], axis=1) / 6
    columns = np.clip(knot[:, None] + np.arange(-1, 3), 0, count - 1)
    starts = np.arange(0, 4 * len(knot) + 1, 4)
    return sparse.csr_matrix((weights.astype(np.float32).ravel(), columns.ravel(), starts), shape=(len(knot), count))


def stream(seed: int, *names: object) -> np.random.Generator:
    """Random numbers of one part of one phantom, whatever the other parts draw."""
    return np.random.default_rng([seed, *(zlib.crc32(str(each).encode()) for each in names)])
