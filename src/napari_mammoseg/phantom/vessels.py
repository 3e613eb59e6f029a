"""Blood vessels: from the chest wall or the axilla towards the nipple, winding, branching and thinning."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.phantom.curves import Points, smooth, stroke
from napari_mammoseg.phantom.grid import Grid, stream
from napari_mammoseg.phantom.outline import Outline

STEP_MM = 0.5


@dataclass(frozen=True, slots=True)
class Vessel:
    """A vessel's middle line every `STEP_MM`, (n, 2) in mm, its radius there in mm and its grey above the tissue."""

    points: Points
    radius_mm: NDArray[np.float64]
    grey: float


def vessels(seed: int, breast: Outline, grid: Grid, view: str) -> list[Vessel]:
    """Four to eight trunks with their branches; the widest first."""
    rng = stream(seed, "vessels", view)
    trunks = sorted((_trunk(rng, breast, grid, view) for _ in range(rng.integers(4, 9))), key=lambda v: -v.radius_mm[0])
    return [each for trunk in trunks for each in (trunk, *_branches(rng, trunk))]


def draw_vessels(grid: Grid, tree: list[Vessel]) -> NDArray[np.float32]:
    """Grey that the vessels add, float32 (rows, columns)."""
    canvas = np.zeros((grid.rows, grid.columns), np.float32)
    for each in tree:
        stroke(canvas, grid, each.points, each.radius_mm, np.linspace(each.grey, 0.5 * each.grey, len(each.points)))
    return canvas


def _trunk(rng: np.random.Generator, breast: Outline, grid: Grid, view: str) -> Vessel:
    top = view == "MLO" and rng.uniform() < 0.6
    row = -0.03 if top else rng.uniform(0.18, 0.82)
    start = np.array([row * grid.height_mm, rng.uniform(0.1, 0.45) * breast.length_mm if top else -3.0])
    end = np.array(breast.nipple) + np.array([rng.uniform(-0.35, 0.35), -rng.uniform(0.15, 0.4)]) * breast.length_mm
    return _winding(rng, start, end, rng.uniform(0.35, 0.95), rng.uniform(0.035, 0.07))


def _branches(rng: np.random.Generator, trunk: Vessel) -> Iterator[Vessel]:
    count = len(trunk.points)
    if count < 30:
        return
    for _ in range(rng.integers(1, 4)):
        at = int(rng.uniform(0.15, 0.75) * count)
        ahead = trunk.points[min(at + 10, count - 1)] - trunk.points[at]
        turn = rng.choice((-1, 1)) * rng.uniform(0.35, 0.9)
        turned = ahead @ np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
        length = rng.uniform(12, 40)
        end = trunk.points[at] + turned / max(np.hypot(*turned), 1e-6) * length
        yield _winding(rng, trunk.points[at], end, 0.7 * trunk.radius_mm[at], 0.8 * trunk.grey)


def _winding(rng: np.random.Generator, start: NDArray, end: NDArray, radius_mm: float, grey: float) -> Vessel:
    length = float(np.hypot(*(end - start)))
    count = max(3, int(length / 7))
    t = np.linspace(0, 1, count + 1)[:, None]
    side = np.array([end[1] - start[1], start[0] - end[0]]) / max(length, 1e-6)
    bow = rng.normal(0, 0.12) * length * np.sin(np.pi * t)
    waves = np.r_[0, rng.normal(0, 1.3, count - 1), 0][:, None] if count > 1 else 0
    points = smooth(start + t * (end - start) + (bow + waves) * side, STEP_MM)
    return Vessel(points, np.linspace(radius_mm, 0.35 * radius_mm, len(points)), grey)
