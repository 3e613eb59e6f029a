"""Curves drawn into an image as tubes: vessels and what lies along them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from napari_mammoseg.phantom.grid import Grid

Points = NDArray[np.float64]
"""(n, 2): row and column in mm."""


def smooth(points: Points, step_mm: float) -> Points:
    """The curve through `points`, every `step_mm`."""
    length = np.r_[0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    at = np.linspace(0, length[-1], max(2, int(length[-1] / step_mm)))
    return np.asarray(CubicSpline(length, points)(at))


def stroke(canvas: NDArray[np.float32], grid: Grid, points: Points, radius_mm: Points, grey: Points) -> None:
    """Draws a tube along `points` into `canvas`, which keeps the larger of itself and `grey` × the tube's thickness.

    radius_mm, grey: one value a point, (n,). The tube is half transparent at its sides as a cylinder is.
    """
    for start, end, radius, value in zip(points[:-1], points[1:], radius_mm, grey, strict=False):
        low, high = np.minimum(start, end) - radius - grid.spacing, np.maximum(start, end) + radius + grid.spacing
        r0, c0 = np.maximum(np.floor(low / grid.spacing).astype(int), 0)
        r1, c1 = np.minimum(np.ceil(high / grid.spacing).astype(int), (grid.rows, grid.columns))
        if r0 >= r1 or c0 >= c1:
            continue
        distance = _to_segment(grid.row_mm[r0:r1], grid.column_mm[:, c0:c1], start, end)
        soft = 0.5 * grid.spacing
        tube = np.sqrt(np.clip(1 - (distance / (radius + soft)) ** 2, 0, None)) * min(1.0, radius / soft)
        np.maximum(canvas[r0:r1, c0:c1], value * tube, out=canvas[r0:r1, c0:c1], casting="same_kind")


def _to_segment(rows: NDArray, columns: NDArray, start: Points, end: Points) -> NDArray[np.float64]:
    down, across = end - start
    along = ((rows - start[0]) * down + (columns - start[1]) * across) / max(down**2 + across**2, 1e-9)
    along = np.clip(along, 0, 1)
    return np.hypot(rows - start[0] - along * down, columns - start[1] - along * across)
