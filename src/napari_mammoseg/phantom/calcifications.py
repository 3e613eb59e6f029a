"""Calcifications: the shape of one, and how several lie in a cluster.

Forms and distributions are those that BI-RADS names (ACR BI-RADS Atlas 2013, Mammography, section B): round, fine
pleomorphic, fine linear branching; vascular ones lie along vessels (`vessels`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.mammogram import Spacing

Form = Literal["round", "pleomorphic", "linear"]
FORMS: tuple[Form, ...] = get_args(Form)

FINE_CELLS = 24
"""Cells along the diameter in which a shape is drawn before it is averaged to pixels."""


@dataclass(frozen=True, slots=True)
class Speck:
    """One calcification of a cluster: its centre in mm from the cluster's, its largest extent, form and direction."""

    row_mm: float
    column_mm: float
    diameter_mm: float
    form: Form
    angle: float


@dataclass(frozen=True, slots=True)
class Shape:
    """A calcification in pixels: `thickness` (rows, columns) float32 in 0…1 of its diameter, and its exact `mask`.

    The mask holds the pixels of which at least half is covered, and always the thickest one.
    """

    thickness: NDArray[np.float32]
    mask: NDArray[np.bool_]


def draw(
    rng: np.random.Generator,
    diameter_mm: float,
    spacing: Spacing,
    form: Form,
    angle: float | None = None,
    offset: tuple[float, float] = (0.0, 0.0),
) -> Shape:
    """One calcification whose largest extent is `diameter_mm`, averaged over pixels of `spacing` mm.

    angle: its long axis, in radians from the columns' direction (None: any). offset: its centre, in pixels (±0.5)
    from the centre pixel of the array. The array has odd sides.
    """
    angle = rng.uniform(0, 2 * np.pi) if angle is None else angle
    fine = DRAWN[form](rng)
    sides = [2 * int(np.ceil(0.75 * diameter_mm / each + 0.5)) + 1 for each in spacing]
    covered = _pixels(fine > 0, diameter_mm, spacing, angle, offset, sides)
    thickness = _pixels(fine, diameter_mm, spacing, angle, offset, sides)
    mask = (covered >= 0.5) | (thickness == thickness.max())
    return Shape(thickness, mask)


def lay_out(
    rng: np.random.Generator,
    count: int,
    extent_mm: float,
    form: Form,
    diameter_mm: tuple[float, float] = (0.15, 0.7),
) -> tuple[Speck, ...]:
    """`count` calcifications in a cluster `extent_mm` wide, none touching another where there is room.

    Round ones are scattered, pleomorphic ones grouped in an ellipse, linear ones lie along a branching duct.
    Diameters are log-normal within `diameter_mm`.
    """
    place = _along_duct(rng, extent_mm) if form == "linear" else _in_ellipse(rng, extent_mm, form)
    specks: list[Speck] = []
    for _ in range(count):
        low, high = diameter_mm
        size = float(np.clip(low * np.exp(abs(rng.normal(0.0, 0.55)) + 0.15), low, high))
        size = max(1.8 * size, 0.45) if form == "linear" else size
        row, column, angle = _free(place, specks, size)
        specks.append(Speck(row, column, size, form, angle))
    return tuple(specks)


Place = Callable[[], tuple[float, float, float]]


def _free(place: Place, specks: list[Speck], size: float) -> tuple[float, float, float]:
    """A place apart from the specks already there; the last of 40 tries where it is crowded."""
    for _ in range(40):
        row, column, angle = place()
        apart = [
            np.hypot(row - each.row_mm, column - each.column_mm) > 0.6 * (size + each.diameter_mm) for each in specks
        ]
        if all(apart):
            break
    return row, column, angle


def _in_ellipse(rng: np.random.Generator, extent_mm: float, form: Form) -> Place:
    flat = rng.uniform(0.45, 0.8) if form == "pleomorphic" else rng.uniform(0.75, 1.0)
    turn = rng.uniform(0, np.pi)

    def place() -> tuple[float, float, float]:
        radius, phase = 0.5 * extent_mm * rng.uniform() ** 0.65, rng.uniform(0, 2 * np.pi)
        along, across = radius * np.cos(phase), radius * flat * np.sin(phase)
        row = along * np.sin(turn) + across * np.cos(turn)
        column = along * np.cos(turn) - across * np.sin(turn)
        return float(row), float(column), float(rng.uniform(0, np.pi))

    return place


def _along_duct(rng: np.random.Generator, extent_mm: float) -> Place:
    """Places on a duct that runs through the cluster and forks twice, with the duct's direction there."""
    turn, bend = rng.uniform(0, 2 * np.pi), rng.uniform(-0.5, 0.5)
    forks = [(0.0, 0.0, 1.0), (0.35, rng.uniform(0.35, 0.7), 0.65), (0.55, -rng.uniform(0.35, 0.7), 0.45)]

    def place() -> tuple[float, float, float]:
        start, away, length = forks[rng.choice(3, p=(0.5, 0.3, 0.2))]
        along = rng.uniform(0, length)
        direction = turn + bend * (start + along) + away
        row = (start - 0.5) * np.sin(turn + bend * start) + along * np.sin(direction)
        column = (start - 0.5) * np.cos(turn + bend * start) + along * np.cos(direction)
        row, column = (extent_mm * each + rng.normal(0, 0.12) for each in (row, column))
        return float(row), float(column), float(direction + rng.normal(0, 0.2))

    return place


def _round(rng: np.random.Generator) -> NDArray[np.float64]:
    rows, columns = _cells()
    flat = rng.uniform(0.8, 1.0)
    return np.sqrt(np.clip(1 - columns**2 - (rows / flat) ** 2, 0, None))


def _pleomorphic(rng: np.random.Generator) -> NDArray[np.float64]:
    """A crushed-stone outline: a few harmonics around an ellipse, uneven in thickness."""
    rows, columns = _cells()
    flat = rng.uniform(0.4, 0.85)
    phase = np.arctan2(rows / flat, columns)
    edge = sum(rng.normal(0, 0.16 / n**0.5) * np.cos(n * phase + rng.uniform(0, 2 * np.pi)) for n in range(2, 7))
    radius = np.hypot(columns, rows / flat) / np.clip(0.8 + edge, 0.3, 1.0)
    lumps = ndimage.gaussian_filter(rng.normal(size=rows.shape), 3, mode="nearest")
    uneven = np.clip(0.8 + 0.25 * lumps / lumps.std(), 0.35, 1.2)
    return np.clip(1 - radius**2, 0, None) ** 0.4 * (0.5 + 0.5 * flat) * uneven


def _linear(rng: np.random.Generator) -> NDArray[np.float64]:
    """A curved rod, in a third of the cases forked like a Y, thinner towards its ends."""
    rows, columns = _cells()
    bend, width = rng.uniform(-0.35, 0.35), rng.uniform(0.2, 0.34)
    rod = _rod(rows - bend * (columns**2 - 0.3), columns, width, -1.0, 1.0)
    if rng.uniform() < 0.34:
        slope = rng.choice((-1, 1)) * rng.uniform(0.5, 0.9)
        rod = np.maximum(rod, _rod(rows - bend * (columns**2 - 0.3) - slope * columns, columns, width, 0.0, 0.75))
    return rod


def _rod(
    across: NDArray[np.float64], along: NDArray[np.float64], width: float, start: float, end: float
) -> NDArray[np.float64]:
    middle, half = (start + end) / 2, (end - start) / 2
    taper = np.sqrt(np.clip(1 - ((along - middle) / half) ** 4, 0, None))
    return np.sqrt(np.clip((width * taper) ** 2 - across**2, 0, None))


DRAWN: dict[str, Callable[[np.random.Generator], NDArray[np.float64]]] = {
    "round": _round,
    "pleomorphic": _pleomorphic,
    "linear": _linear,
}


def _cells() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows and columns of the fine cells; the diameter is from -1 to 1."""
    axis = (np.arange(FINE_CELLS * 3 // 2) + 0.5) / (FINE_CELLS / 2) - 1.5
    rows, columns = np.meshgrid(axis, axis, indexing="ij")
    return rows, columns


def _pixels(
    fine: NDArray,
    diameter_mm: float,
    spacing: Spacing,
    angle: float,
    offset: tuple[float, float],
    sides: list[int],
) -> NDArray[np.float32]:
    """The fine drawing turned by `angle` and averaged over pixels: each takes 8 × 8 samples or one a fine cell."""
    cell = diameter_mm / FINE_CELLS
    samples = [int(np.clip(np.ceil(each / cell), 3, 24)) for each in spacing]
    rows, columns = (
        (((np.arange(side * n) + 0.5) / n - side / 2) - shift) * mm
        for side, n, shift, mm in zip(sides, samples, offset, spacing, strict=True)
    )
    along = np.cos(angle) * columns[None, :] + np.sin(angle) * rows[:, None]
    across = np.cos(angle) * rows[:, None] - np.sin(angle) * columns[None, :]
    middle = (fine.shape[0] - 1) / 2
    drawn = ndimage.map_coordinates(
        fine.astype(np.float32), [across / cell + middle, along / cell + middle], order=1, mode="constant"
    )
    blocks = drawn.reshape(sides[0], samples[0], sides[1], samples[1])
    return blocks.mean(axis=(1, 3), dtype=np.float64).astype(np.float32)
