"""Microcalcifications put into an image of normal tissue, with the exact truth of every one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

Shape = Literal["round", "pleomorphic", "linear", "rim"]
SHAPES: tuple[Shape, ...] = ("round", "pleomorphic", "linear", "rim")
FINEST_MM = 0.0125
"""Shapes are drawn at least this finely and averaged down to the image's pixels."""


@dataclass(frozen=True, slots=True)
class Calcification:
    """One calcification to put in.

    row, column: its centre in the image's pixels (pixel centres at whole numbers). size_mm: its longest extent.
    contrast: grey value (0…1) that its thickest place adds before the detector blurs it.
    """

    row: float
    column: float
    size_mm: float
    shape: Shape
    contrast: float


@dataclass(frozen=True, slots=True)
class Detector:
    """What image formation does to a small bright thing.

    blur_mm: standard deviation of the point spread. noise: further grain (standard deviation, grey value) where a
    calcification has taken the whole grey scale's worth of quanta; less in proportion to the root of its contrast.
    """

    blur_mm: float = 0.06
    noise: float = 0.02


@dataclass(frozen=True, slots=True)
class Inserted:
    """pixels: float32 in 0…1, (rows, columns). labels: int32, i + 1 where calcification i covers half a pixel or more
    (one smaller than that: the pixel it covers most)."""

    pixels: NDArray[np.float32]
    labels: NDArray[np.int32]


def insert(
    pixels: NDArray[np.float32],
    calcifications: Sequence[Calcification],
    spacing_mm: float,
    detector: Detector,
    rng: Generator,
) -> Inserted:
    """`pixels` (rows, columns; 0…1) with `calcifications` in it. Those outside the image leave no label.

    Grey is added as an attenuation on a logarithmic film or detector adds it, then blurred and grained; what would
    pass white is white.
    """
    added = np.zeros(pixels.shape, np.float32)
    labels = np.zeros(pixels.shape, np.int32)
    covered = np.zeros(pixels.shape, np.float32)
    blur = detector.blur_mm / spacing_mm
    for number, each in enumerate(calcifications, start=1):
        thickness, coverage = drawn(each, spacing_mm, rng, margin_px=int(np.ceil(3 * blur)))
        target, source = _overlap(each, thickness.shape, pixels.shape)
        if not coverage[source].any():
            continue
        added[target] += each.contrast * ndimage.gaussian_filter(thickness, blur)[source]
        mine = coverage[source]
        belongs = ((mine >= 0.5) | (mine == coverage.max())) & (mine > covered[target])
        labels[target][belongs] = number
        covered[target] = np.maximum(covered[target], mine)
    grain = rng.standard_normal(pixels.shape, dtype=np.float32) * detector.noise * np.sqrt(added)
    return Inserted(np.clip(pixels + added + grain, 0, 1).astype(np.float32), labels)


def drawn(
    calcification: Calcification, spacing_mm: float, rng: Generator, margin_px: int = 0
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean thickness (0…1) and covered part (0…1) of each pixel of a square around the calcification's centre pixel."""
    fine = max(4, int(np.ceil(spacing_mm / FINEST_MM)))
    half = int(np.ceil(calcification.size_mm / 2 / spacing_mm)) + 1 + margin_px
    side = (2 * half + 1) * fine
    offsets = [each - round(each) for each in (calcification.row, calcification.column)]
    axis = (np.arange(side) + 0.5) / fine - half - 0.5
    rows, columns = ((axis - offset) * spacing_mm / (calcification.size_mm / 2) for offset in offsets)
    angle = rng.uniform(0, 2 * np.pi)
    across = np.cos(angle) * rows[:, None] - np.sin(angle) * columns[None]
    along = np.sin(angle) * rows[:, None] + np.cos(angle) * columns[None]
    thickness = _PROFILES[calcification.shape](across, along, calcification.size_mm, rng)
    return _averaged(thickness, fine), _averaged((thickness > 0).astype(np.float32), fine)


def _round(across: NDArray, along: NDArray, size_mm: float, rng: Generator) -> NDArray:
    """An ellipsoid: thick in the middle."""
    squared = (across / rng.uniform(0.7, 1)) ** 2 + along**2
    return np.sqrt(np.maximum(0, 1 - squared))


def _pleomorphic(across: NDArray, along: NDArray, size_mm: float, rng: Generator) -> NDArray:
    """A flat piece with an irregular edge: a few harmonics on an ellipse."""
    across = across / rng.uniform(0.4, 0.9)
    angle, radius = np.arctan2(across, along), np.hypot(across, along)
    edge = sum(rng.normal(0, 0.25 / k) * np.cos(k * angle + rng.uniform(0, 6.3)) for k in range(2, 7))
    edge = 0.8 * np.clip(1 + edge, 0.35, 1.25)
    return np.where(radius < edge, np.maximum(1 - radius / edge, 0) ** 0.3, 0)


def _linear(across: NDArray, along: NDArray, size_mm: float, rng: Generator) -> NDArray:
    """A bent rod 0.07 to 0.16 mm wide, sometimes with a branch."""
    half_width = rng.uniform(0.07, 0.16) / size_mm
    half_width = min(half_width, 0.5)
    bent = across - rng.uniform(-0.35, 0.35) * (along**2 - 0.3)
    rod = np.where(np.abs(along) < 0.95, np.maximum(0, 1 - (bent / half_width) ** 2), 0)
    if rng.random() < 0.3:
        slope = rng.choice([-1, 1]) * rng.uniform(0.5, 1.2)
        branch = across - slope * along
        inside = (along > 0) & (along < rng.uniform(0.3, 0.7))
        rod = np.maximum(rod, np.where(inside, np.maximum(0, 1 - (branch / half_width) ** 2), 0))
    return np.sqrt(np.where(np.hypot(across, along) < 1, rod, 0))


def _rim(across: NDArray, along: NDArray, size_mm: float, rng: Generator) -> NDArray:
    """A shell with a lucent centre: the path through a hollow ball."""
    squared = (across / rng.uniform(0.8, 1)) ** 2 + along**2
    hollow = rng.uniform(0.6, 0.85)
    shell = np.sqrt(np.maximum(0, 1 - squared)) - np.sqrt(np.maximum(0, hollow**2 - squared))
    return shell / max(float(shell.max()), 1e-6)


_PROFILES = {"round": _round, "pleomorphic": _pleomorphic, "linear": _linear, "rim": _rim}


def _averaged(fine: NDArray, factor: int) -> NDArray[np.float32]:
    side = fine.shape[0] // factor
    return fine.reshape(side, factor, side, factor).mean(axis=(1, 3)).astype(np.float32)


def _overlap(
    calcification: Calcification, stamp: tuple[int, ...], image: tuple[int, ...]
) -> tuple[tuple[slice, slice], tuple[slice, slice]]:
    """Where the stamp lies in the image, and which part of the stamp that is."""
    target, source = [], []
    for centre, size, limit in zip((calcification.row, calcification.column), stamp, image, strict=True):
        start = round(centre) - size // 2
        low, high = max(start, 0), max(min(start + size, limit), max(start, 0))
        target.append(slice(low, high))
        source.append(slice(min(low - start, size), high - start))
    return (target[0], target[1]), (source[0], source[1])


def cluster(
    centre: tuple[float, float],
    count: int,
    diameter_mm: float,
    size_mm: float,
    contrast: float,
    spacing_mm: float,
    rng: Generator,
    shapes: Sequence[Shape] = SHAPES,
) -> list[Calcification]:
    """`count` calcifications around `centre` (row, column), Gaussian in an ellipse of `diameter_mm`.

    Sizes (median `size_mm`, kept in 0.1…1 mm) and contrasts (median `contrast`) are log-normal; small ones are thinner
    and so fainter.
    """
    angle, narrow = rng.uniform(0, np.pi), rng.uniform(0.25, 1)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    places = (rng.standard_normal((count, 2)) * [diameter_mm / 4, narrow * diameter_mm / 4]) @ turn.T / spacing_mm
    sizes = np.clip(size_mm * rng.lognormal(0, 0.35, count), 0.1, 1.0)
    thinness = np.clip(sizes / size_mm, 0.3, 1.5) ** 0.7
    contrasts = contrast * thinness * rng.lognormal(0, 0.25, count)
    return [
        Calcification(
            centre[0] + float(row),
            centre[1] + float(column),
            float(size),
            shapes[rng.integers(len(shapes))],
            float(bright),
        )
        for (row, column), size, bright in zip(places, sizes, contrasts, strict=True)
    ]
