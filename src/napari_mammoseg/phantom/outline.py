"""The outline of a compressed breast in both views, and the distance of every pixel to its skin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage
from scipy.interpolate import CubicSpline

from napari_mammoseg.phantom.grid import Grid, stream

_FINER = 4
"""Parts of a pixel, in each direction, to which the outline is drawn."""
_BEYOND_MM = 30.0
"""How far outside the image the outline goes on, so that the image's border is no skin."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A breast's outline on a coarse grid.

    depth: mm from the skin, positive inside, float32 (rows, columns). nipple: row and column in mm.
    axis: unit vector (row, column) from the nipple into the breast. length_mm: nipple to chest wall.
    """

    depth: NDArray[np.float32]
    nipple: tuple[float, float]
    axis: tuple[float, float]
    length_mm: float


def outline(seed: int, grid: Grid, view: str) -> Outline:
    """The outline for `view` ("CC" or "MLO") in the field of `grid`."""
    rng = stream(seed, "outline", view)
    skin, nipple = _craniocaudal(rng, grid) if view == "CC" else _oblique(rng, grid)
    depth = _signed_distance(skin, grid)
    axis = _inwards(depth, nipple, grid)
    radius = rng.uniform(3.2, 4.6) * min(1.0, grid.height_mm / 180)
    depth = _with_nipple(depth, grid, nipple, axis, radius, rng.uniform(-0.2, 0.7) * radius)
    length = nipple[1] / max(0.5, -axis[1])
    return Outline(depth, nipple, axis, float(length))


def _craniocaudal(rng: np.random.Generator, grid: Grid) -> tuple[NDArray[np.float64], tuple[float, float]]:
    half = min(rng.uniform(0.38, 0.5) * grid.height_mm, 110.0)
    length = min(half * rng.uniform(0.85, 1.15), 0.86 * grid.width_mm)
    middle = grid.height_mm * rng.uniform(0.48, 0.52)
    t = np.linspace(-np.pi / 2 - 0.35, np.pi / 2 + 0.35, 241)
    lean = rng.uniform(-0.06, 0.06)
    rows = middle + half * np.sign(np.sin(t)) * np.abs(np.sin(t)) ** rng.uniform(0.95, 1.1) + lean * half * np.cos(t)
    columns = length * np.sign(np.cos(t)) * np.abs(np.cos(t)) ** rng.uniform(1.0, 1.3)
    columns *= 1 + 0.015 * np.sin(3 * t + rng.uniform(0, 6))
    columns[np.abs(t) > np.pi / 2] *= 1.5
    tip = int(np.argmin(np.abs(t - rng.uniform(-0.12, 0.12))))
    return _closed(rows, columns), (float(rows[tip]), float(columns[tip]))


_OBLIQUE = (
    (-0.20, 0.50), (0.02, 0.53), (0.16, 0.585), (0.32, 0.73), (0.46, 0.89), (0.58, 0.98), (0.67, 0.995),
    (0.765, 0.91), (0.85, 0.70), (0.905, 0.44), (0.938, 0.20), (0.962, 0.085), (1.0, 0.10), (1.10, 0.16), (1.25, 0.20),
)  # fmt: skip
"""Skin line in parts of the field's height and of the breast's largest width, from the axilla to below the fold."""


def _oblique(rng: np.random.Generator, grid: Grid) -> tuple[NDArray[np.float64], tuple[float, float]]:
    points = np.array(_OBLIQUE)
    width = min(rng.uniform(0.40, 0.56) * grid.height_mm, 0.88 * grid.width_mm)
    points[:, 1] += (1 - points[:, 1]) * np.where(points[:, 0] < 0.5, rng.uniform(-0.12, 0.2), 0)
    points[:11, 0] *= rng.uniform(0.93, 1.0)
    smooth = CubicSpline(np.arange(len(points)), points * (grid.height_mm, width))
    line = smooth(np.linspace(0, len(points) - 1, 400))
    tip = int(np.argmax(line[:, 1])) + int(rng.integers(-2, 8))
    return _closed(line[:, 0], line[:, 1]), (float(line[tip, 0]), float(line[tip, 1]))


def _closed(rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """The line closed far behind the chest wall."""
    behind = -4 * _BEYOND_MM
    return np.stack([np.r_[rows[0], rows, rows[-1]], np.r_[behind, columns, behind]], axis=1)


def _signed_distance(skin: NDArray[np.float64], grid: Grid) -> NDArray[np.float32]:
    margin = round(_BEYOND_MM / grid.spacing)
    shape = (grid.rows + 2 * margin, grid.columns + margin)
    picture = Image.new("1", (_FINER * shape[1], _FINER * shape[0]))
    corners = _FINER * (skin / grid.spacing + margin)
    ImageDraw.Draw(picture).polygon([(column, row) for row, column in corners], fill=1)
    inside = np.array(picture)[_FINER // 2 :: _FINER, _FINER // 2 :: _FINER]
    distance = ndimage.distance_transform_edt(inside) - ndimage.distance_transform_edt(~inside)
    distance = ndimage.gaussian_filter(distance.astype(np.float32), 0.8 / grid.spacing) * np.float32(grid.spacing)
    return distance[margin:-margin, margin:]


def _inwards(depth: NDArray[np.float32], nipple: tuple[float, float], grid: Grid) -> tuple[float, float]:
    """The direction in which the distance to the skin grows 8 mm behind the nipple, leaning to the chest wall."""
    row = int(np.clip(nipple[0] / grid.spacing, 2, grid.rows - 3))
    column = int(np.clip((nipple[1] - 8) / grid.spacing, 2, grid.columns - 3))
    down, across = depth[row + 2, column] - depth[row - 2, column], depth[row, column + 2] - depth[row, column - 2]
    vector = np.array([0.6 * down, min(across, -0.2 * 4 * grid.spacing)])
    row_part, column_part = vector / np.hypot(*vector)
    return float(row_part), float(column_part)


def _with_nipple(
    depth: NDArray[np.float32],
    grid: Grid,
    nipple: tuple[float, float],
    axis: tuple[float, float],
    radius: float,
    out: float,
) -> NDArray[np.float32]:
    """The outline united with a disc at the nipple, the corner between them rounded."""
    centre = [where - (out - 0.6 * radius) * part for where, part in zip(nipple, axis, strict=True)]
    disc = radius - np.hypot(grid.row_mm - np.float32(centre[0]), grid.column_mm - np.float32(centre[1]))
    rounding = np.float32(1.2)
    near = disc > -6
    depth = depth.copy()
    depth[near] = rounding * np.logaddexp(depth[near] / rounding, disc[near] / rounding)
    return depth
