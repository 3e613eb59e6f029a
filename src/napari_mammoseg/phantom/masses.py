"""Masses: circumscribed, lobulated and spiculated (shapes and margins of ACR BI-RADS Atlas 2013, Mammography, A)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.mammogram import Spacing

Margin = Literal["circumscribed", "lobulated", "spiculated"]
MARGINS: tuple[Margin, ...] = get_args(Margin)

_HARMONICS = {"circumscribed": (0.03, 2, 4), "lobulated": (0.16, 3, 6), "spiculated": (0.1, 2, 9)}
"""How far the outline goes from a circle, and the waves around it that do so."""
_EDGE_MM = {"circumscribed": 0.25, "lobulated": 0.45, "spiculated": 1.0}
"""Width of the margin's fall-off."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A mass in pixels: `density` (rows, columns) float32, about 1 in its middle, and the exact `mask` of its body.

    Spicules reach beyond the mask, as a reader's outline leaves them out.
    """

    density: NDArray[np.float32]
    mask: NDArray[np.bool_]


def draw(rng: np.random.Generator, diameter_mm: float, spacing: Spacing, margin: Margin) -> Shape:
    """One mass whose body's largest extent is about `diameter_mm`, in pixels of `spacing` mm; its sides are odd."""
    reach = 1.25 if margin == "spiculated" else 0.75
    rows, columns = _plane(diameter_mm * reach, spacing)
    flat, turn = rng.uniform(0.7, 0.95), rng.uniform(0, np.pi)
    along = np.cos(turn) * columns + np.sin(turn) * rows
    across = (np.cos(turn) * rows - np.sin(turn) * columns) / flat
    distance, phase = np.hypot(along, across), np.arctan2(across, along)
    edge = 0.5 * diameter_mm * _outline(rng, phase, margin)
    density = _body(rng, distance, edge, margin, spacing)
    if margin == "spiculated":
        density = np.maximum(density, _spicules(rng, rows, columns, 0.5 * diameter_mm))
    return Shape(density.astype(np.float32), distance <= edge)


def _plane(half_mm: float, spacing: Spacing) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Rows and columns in mm from the middle, as two arrays that broadcast."""
    down, across = (int(np.ceil(half_mm / each)) for each in spacing)
    rows = np.arange(-down, down + 1, dtype=np.float64) * spacing[0]
    columns = np.arange(-across, across + 1, dtype=np.float64) * spacing[1]
    return rows[:, None], columns[None, :]


def _outline(rng: np.random.Generator, phase: NDArray[np.float64], margin: Margin) -> NDArray[np.float64]:
    """The body's radius in each direction; its largest is 1."""
    swing, first, last = _HARMONICS[margin]
    waves = [(n, rng.normal(0, swing / (n - first + 1) ** 0.5), rng.uniform(0, 2 * np.pi)) for n in range(first, last)]
    around = np.linspace(-np.pi, np.pi, 721)
    radius = 1 + np.sum([size * np.cos(n * around + shift) for n, size, shift in waves], axis=0)
    if margin == "lobulated":
        radius = 0.5 * (radius - 1) + _lobes(rng, around)
    return np.interp(phase, around, np.clip(radius, 0.4, None) / radius.max())


def _lobes(rng: np.random.Generator, around: NDArray[np.float64]) -> NDArray[np.float64]:
    """The outer edge of three to five overlapping discs, as radius in each direction, with rounded notches."""
    count = rng.integers(3, 6)
    angles = 2 * np.pi * (np.arange(count) + rng.uniform(-0.28, 0.28, count)) / count
    away, size = rng.uniform(0.3, 0.5, count), rng.uniform(0.45, 0.68, count)
    turned = around[:, None] - angles
    edges = away * np.cos(turned) + np.sqrt(np.clip(size**2 - (away * np.sin(turned)) ** 2, 0.01, None))
    edge = np.log(np.exp(12 * edges).sum(axis=1)) / 12
    return ndimage.gaussian_filter1d(edge, 5, mode="wrap")


def _body(
    rng: np.random.Generator, distance: NDArray[np.float64], edge: NDArray[np.float64], margin: Margin, spacing: Spacing
) -> NDArray[np.float64]:
    """The projection of a lump flattened by compression, with a little unevenness inside."""
    inside = np.clip(1 - (distance / (edge + _EDGE_MM[margin])) ** 2, 0, None)
    lump = np.clip(0.35 + 0.65 * np.sqrt(inside), 0, 1) / (1 + np.exp((distance - edge) / (_EDGE_MM[margin] / 2.5)))
    coarse = rng.normal(size=[max(4, int(n * mm / 1.5)) for n, mm in zip(distance.shape, spacing, strict=True)])
    zoom = [n / m for n, m in zip(distance.shape, coarse.shape, strict=True)]
    return lump * (1 + 0.06 * ndimage.zoom(coarse, zoom, order=3, mode="nearest", grid_mode=True))


def _spicules(
    rng: np.random.Generator, rows: NDArray[np.float64], columns: NDArray[np.float64], radius_mm: float
) -> NDArray[np.float64]:
    """Thin strands that leave the body, curve a little and fade."""
    distance, phase = np.hypot(rows, columns), np.arctan2(rows, columns)
    strands = np.zeros(distance.shape)
    for start in np.sort(rng.uniform(-np.pi, np.pi, rng.integers(20, 34))):
        length = radius_mm * rng.uniform(1.3, 2.4)
        width = rng.uniform(0.12, 0.35) * (1.6 - 0.6 * np.clip(distance / length, 0, 1))
        away = phase - start - rng.normal(0, 0.15) * (distance / radius_mm - 0.6)
        across = distance * np.sin(away)
        fade = np.clip(1 - distance / length, 0, 1) ** 0.7 * (np.cos(away) > 0)
        strands = np.maximum(strands, rng.uniform(0.4, 0.95) * fade * np.exp(-0.5 * (across / width) ** 2))
    return strands
