"""Fat, gland and ligaments of a compressed breast, as grey of a presentation image (0…1, bright = dense)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.phantom.grid import Grid, stream
from napari_mammoseg.phantom.muscle import fibres, muscle
from napari_mammoseg.phantom.outline import Outline
from napari_mammoseg.phantom.texture import along, octave, power_law, strands

Density = Literal["a", "b", "c", "d"]
DENSITIES: tuple[Density, ...] = get_args(Density)

FAT = 0.40
_GLAND = {"a": 0.13, "b": 0.22, "c": 0.30, "d": 0.34}
"""Grey of the gland above fat, by BI-RADS composition: from almost entirely fat to extremely dense."""
_EXTENT = {"a": 0.55, "b": 0.8, "c": 1.0, "d": 1.25}
_PATCHY = {"a": 0.40, "b": 0.36, "c": 0.27, "d": 0.2}


@dataclass(frozen=True, slots=True)
class Tissue:
    """grey: float32 (rows, columns) of the fine grid. gland, muscle: 0…1 on the coarse grid."""

    grey: NDArray[np.float32]
    gland: NDArray[np.float32]
    muscle: NDArray[np.float32]


def tissue(seed: int, grid: Grid, breast: Outline, view: str, density: Density) -> Tissue:
    """The tissue of the breast `breast` (whose arrays are on the coarse grid of `grid`)."""
    coarse = grid.coarse()
    pectoral = muscle(seed, coarse, breast) if view == "MLO" else np.zeros_like(breast.depth)
    glandular = _gland(seed, coarse, breast, density) * (1 - 0.75 * pectoral)
    smooth = _fat(seed, coarse, breast) + glandular * _parenchyma(seed, coarse, breast, density)
    if view == "MLO":
        smooth += pectoral * _pectoral(seed, coarse, breast)
    grey = grid.refine(smooth.astype(np.float32))
    grey += _fine(seed, grid, breast, glandular, pectoral)
    return Tissue(grey, glandular.astype(np.float32), pectoral)


def _fat(seed: int, grid: Grid, breast: Outline) -> NDArray[np.float32]:
    """Fat under the thinning towards the edge, broad unevenness, and the skin, thicker around the nipple."""
    depth = np.clip(breast.depth, 0, None)
    thinning = 1 - 0.22 * np.exp(-depth / 1.5) - 0.26 * np.exp(-depth / 14.0)
    uneven = 0.011 * power_law(seed, "fat", grid, 20.0, 0.8)
    uneven += 0.008 * along(seed, "fat streaks", grid, 3.0, breast.nipple, 3.0, 60.0)
    areola = np.exp(-((_from_nipple(grid, breast) / 14.0) ** 2))
    skin = (0.065 + 0.10 * areola) * np.exp(-(((depth - 0.9) / (0.85 + 0.5 * areola)) ** 2))
    return FAT * thinning + uneven + skin


def _gland(seed: int, grid: Grid, breast: Outline, density: Density) -> NDArray[np.float32]:
    """Where the gland is, 0…1: a cone that opens from the nipple, with a tail up and out, frayed, under fat."""
    rng = stream(seed, "gland")
    length = breast.length_mm * rng.uniform(0.62, 0.85) * _EXTENT[density] ** 0.6
    width = breast.length_mm * rng.uniform(0.36, 0.5) * _EXTENT[density]
    into, aside = _from_nipple_along(grid, breast)
    opening = width * (0.5 + 0.7 * np.clip(into / length, 0, 1.2))
    cone = 1 - np.hypot((into - 0.5 * length - 4) / (0.5 * length), (aside + 0.12 * width) / opening)
    turn = rng.uniform(0.45, 0.75)
    tail_into, tail_aside = into * np.cos(turn) - aside * np.sin(turn), into * np.sin(turn) + aside * np.cos(turn)
    tail = 0.75 - np.hypot((tail_into - 0.62 * length) / (0.55 * length), tail_aside / (0.4 * width))
    clumps = power_law(seed, "frayed", grid, 24.0, 1.2, exponent=3.6)
    frayed = _PATCHY[density] * (clumps + 0.55 * along(seed, "frayed", grid, 6.0, breast.nipple, 3.0, 50.0))
    rim = rng.uniform(5.0, 9.0) / _EXTENT[density] * (1 - np.exp(-((_from_nipple(grid, breast) / 11.0) ** 2)))
    ragged = 2.0 * power_law(seed, "rim", grid, 10.0, 0.8)
    potential = np.maximum(cone, tail) + frayed
    return _step(potential / 0.3) * _step((breast.depth - rim - 2.5 + ragged) / 1.5)


def _parenchyma(seed: int, grid: Grid, breast: Outline, density: Density) -> NDArray[np.float32]:
    """Grey of the gland above fat: a power law, streaks along the ducts, round fat lobules between them."""
    cloudy = power_law(seed, "cloudy", grid, 16.0, 0.4)
    streaks = sum(
        weight * along(seed, f"ducts {cell}", grid, cell, breast.nipple, 3.0, 40.0)
        for cell, weight in ((5.5, 0.55), (2.7, 0.45), (1.3, 0.28))
    )
    lobules = np.clip(octave(seed, "lobules", grid, 5.0) - 0.2, 0, None) + 0.5 * np.clip(
        octave(seed, "small lobules", grid, 2.5) - 0.3, 0, None
    )
    return _GLAND[density] * np.clip(0.85 + 0.2 * cloudy + 0.2 * streaks - 0.34 * lobules, 0.2, None)


def _pectoral(seed: int, grid: Grid, breast: Outline) -> NDArray[np.float32]:
    rng = stream(seed, "pectoral")
    thick = np.exp(-np.hypot(grid.row_mm, grid.column_mm) / 90.0)
    return (rng.uniform(0.12, 0.18) + 0.1 * thick + 0.008 * fibres(seed, grid, breast)).astype(np.float32)


_STRANDS = ((12.0, 0.30, 0.085), (8.0, 0.22, 0.085), (5.0, 0.17, 0.080), (3.0, 0.13, 0.070), (1.8, 0.09, 0.055))
"""Strands of each size of noise (mm): their half width (mm) and grey."""


def _fine(
    seed: int, grid: Grid, breast: Outline, glandular: NDArray[np.float32], pectoral: NDArray[np.float32]
) -> NDArray[np.float32]:
    """What is thinner than the coarse grid: ligaments and fibres, and the finest octaves of the power law."""
    coarse = grid.coarse()
    inside = grid.refine(_step((breast.depth - 1.6) / 0.8) * (1 - 0.8 * pectoral))
    lines = np.zeros((grid.rows, grid.columns), np.float32)
    for cell, width, grey in _STRANDS:
        name = f"ligaments {cell}"
        field = 0.92 * along(seed, name, coarse, cell, breast.nipple, 3.5, 45.0) + 0.38 * octave(
            seed, name, coarse, cell
        )
        seen = np.clip(0.7 * octave(seed, f"{name} seen", coarse, 1.2 * cell) - 0.1, 0, 1.3)
        visible = seen * (0.4 + 0.8 * glandular)
        lines += np.float32(grey) * grid.refine(visible) * strands(grid.refine(field), cell, width)
    grain = np.float32(0.05 * (0.4 / 16.0) ** 0.5) * power_law(seed, "grain", grid, 0.4, 0.05)
    return inside * (lines + grain * grid.refine(0.35 + glandular))


def _step(x: NDArray[np.float32]) -> NDArray[np.float32]:
    """From 0 to 1 as `x` goes through 0."""
    return (1 / (1 + np.exp(-np.clip(x, -30, 30)))).astype(np.float32)


def _from_nipple(grid: Grid, breast: Outline) -> NDArray[np.float32]:
    return np.hypot(grid.row_mm - np.float32(breast.nipple[0]), grid.column_mm - np.float32(breast.nipple[1]))


def _from_nipple_along(grid: Grid, breast: Outline) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Distance from the nipple into the breast, and sideways (down positive), in mm."""
    down, across = grid.row_mm - np.float32(breast.nipple[0]), grid.column_mm - np.float32(breast.nipple[1])
    row, column = (np.float32(each) for each in breast.axis)
    return down * row + across * column, down * -column + across * row
