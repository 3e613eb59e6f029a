"""Textures of breast tissue: noise with a power-law spectrum, and the strands that its zero lines make.

The spectrum of mammograms falls as 1 / f^β with β about 3 (Burgess, Jacobson and Judy 2001, Medical Physics 28:419).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.phantom.grid import Grid, spline, stream

EXPONENT = 3.0
_SPLINE_DEVIATION = 151 / 315
"""Deviation of a cubic B-spline surface over white knots of deviation 1: the spline's squared norm, its root twice."""
_BLOCK_MM = 20.0
"""Knots are drawn for whole blocks, so that a field a few pixels larger has the same ones."""


def octave(seed: int, name: str, grid: Grid, cell_mm: float) -> NDArray[np.float32]:
    """Smooth noise of deviation about 1 with features of `cell_mm`; the same at any pixel size."""
    sides = [
        int(np.ceil(np.ceil(each / _BLOCK_MM) * _BLOCK_MM / cell_mm)) + 4 for each in (grid.height_mm, grid.width_mm)
    ]
    knots = stream(seed, name, f"{cell_mm:.6f}").standard_normal(sides, dtype=np.float32)
    return spline(knots, grid, cell_mm, first_mm=-1.5 * cell_mm) / np.float32(_SPLINE_DEVIATION)


def cells(coarsest_mm: float, finest_mm: float) -> list[float]:
    """Cell sizes, each half of the one before."""
    return [coarsest_mm / 2**k for k in range(int(np.log2(coarsest_mm / finest_mm) + 1e-9) + 1)]


def power_law(
    seed: int, name: str, grid: Grid, coarsest_mm: float, finest_mm: float, exponent: float = EXPONENT
) -> NDArray[np.float32]:
    """Noise whose power falls as frequency to the minus `exponent` between the two sizes.

    The sum of octaves weighted by cell^(exponent/2 − 1), so that the coarsest has weight 1 in any case.
    """
    total = np.zeros((grid.rows, grid.columns), np.float32)
    for cell in cells(coarsest_mm, max(finest_mm, grid.spacing)):
        total += np.float32((cell / coarsest_mm) ** (exponent / 2 - 1)) * octave(seed, name, grid, cell)
    return total


def strands(field: NDArray[np.float32], cell_mm: float, width_mm: float) -> NDArray[np.float32]:
    """Thin lines, 1 at their middle, where noise of features `cell_mm` passes through 0."""
    slope = 1.1 / cell_mm
    return np.exp(-0.5 * (field / np.float32(slope * width_mm)) ** 2)


def along(
    seed: int, name: str, grid: Grid, cell_mm: float, centre_mm: tuple[float, float], stretch: float, reach_mm: float
) -> NDArray[np.float32]:
    """Smooth noise stretched along wandering rays from `centre_mm` (row, column); `cell_mm` across at `reach_mm`."""
    wander = [np.float32(0.3 * cell_mm) * octave(seed, f"{name} {way}", grid, 2.5 * cell_mm) for way in "rc"]
    down = grid.row_mm - np.float32(centre_mm[0]) + wander[0]
    across = grid.column_mm - np.float32(centre_mm[1]) + wander[1]
    distance, angle = np.hypot(down, across), np.arctan2(down, -across)
    rays, rings = int(2 * np.pi * reach_mm / cell_mm), int(800 / (cell_mm * stretch))
    knots = stream(seed, name, "rays").standard_normal((rays, rings), dtype=np.float32)
    sampled = ndimage.map_coordinates(
        knots,
        [angle * np.float32(reach_mm / cell_mm) % rays, np.sqrt(distance * reach_mm) / (cell_mm * stretch) + 2],
        order=3,
        mode="grid-wrap",
        prefilter=False,
    )
    return (sampled / np.float32(_SPLINE_DEVIATION)).astype(np.float32)
