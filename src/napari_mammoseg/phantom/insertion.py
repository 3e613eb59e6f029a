"""Microcalcifications put into an image of normal tissue, with the exact truth of every one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.mammogram import Spacing
from napari_mammoseg.phantom.calcifications import Form, Speck, draw
from napari_mammoseg.phantom.stamp import overlap


@dataclass(frozen=True, slots=True)
class Calcification:
    """One calcification to put in.

    row, column: its centre in the image's pixels (pixel centres at whole numbers). diameter_mm: its longest extent.
    contrast: grey value (0…1) that its thickest place adds before the detector blurs it. angle: of its long axis.
    """

    row: float
    column: float
    diameter_mm: float
    form: Form
    contrast: float
    angle: float | None = None


@dataclass(frozen=True, slots=True)
class Detector:
    """What image formation does to a small bright thing.

    blur_mm: standard deviation of the point spread. noise: further grain (standard deviation, grey value) where a
    calcification adds the whole grey scale; less in proportion to the root of what it adds.
    """

    blur_mm: float = 0.06
    noise: float = 0.02


@dataclass(frozen=True, slots=True)
class Inserted:
    """pixels: float32 in 0…1, (rows, columns). added: the grey that was added, blurred, before grain.
    labels: int32, i + 1 where calcification i covers half a pixel or more, and its thickest pixel."""

    pixels: NDArray[np.float32]
    added: NDArray[np.float32]
    labels: NDArray[np.int32]


def insert(
    pixels: NDArray[np.float32],
    calcifications: Sequence[Calcification],
    spacing_mm: float | Spacing,
    detector: Detector,
    rng: Generator,
) -> Inserted:
    """`pixels` (rows, columns; 0…1) with `calcifications` in it. What lies outside the image leaves no label.

    spacing_mm: one number where the pixels are squares.

    Grey adds up as attenuation does on film or after a detector's logarithm, then it is blurred and grained; what
    would pass white is white.
    """
    added = np.zeros(pixels.shape, np.float32)
    labels = np.zeros(pixels.shape, np.int32)
    spacing = _both(spacing_mm)
    for number, each in enumerate(calcifications, start=1):
        offset = each.row - round(each.row), each.column - round(each.column)
        shape = draw(rng, each.diameter_mm, spacing, each.form, each.angle, offset)
        target, source = overlap((round(each.row), round(each.column)), shape.mask.shape, pixels.shape)
        labels[target][shape.mask[source]] = number
        added[target] = np.maximum(added[target], each.contrast * shape.thickness[source] / shape.thickness.max())
    added = ndimage.gaussian_filter(added, [detector.blur_mm / each for each in spacing], truncate=3.0)
    grain = rng.standard_normal(pixels.shape, dtype=np.float32) * detector.noise * np.sqrt(added)
    return Inserted(np.clip(pixels + added + grain, 0, 1).astype(np.float32), added, labels)


def in_tissue(
    specks: Iterable[Speck],
    centre: tuple[float, float],
    contrast: float,
    spacing_mm: float | Spacing,
    rng: Generator,
) -> list[Calcification]:
    """A layout around the pixel `centre` (row, column). contrast: the median one; smaller specks are fainter."""
    specks = list(specks)
    down_mm, across_mm = _both(spacing_mm)
    typical = float(np.median([each.diameter_mm for each in specks]))
    return [
        Calcification(
            centre[0] + each.row_mm / down_mm,
            centre[1] + each.column_mm / across_mm,
            each.diameter_mm,
            each.form,
            contrast * float(np.clip(each.diameter_mm / typical, 0.4, 1.6) ** 0.7 * rng.lognormal(0, 0.25)),
            each.angle,
        )
        for each in specks
    ]


def _both(spacing_mm: float | Spacing) -> Spacing:
    return spacing_mm if isinstance(spacing_mm, tuple) else (spacing_mm, spacing_mm)
