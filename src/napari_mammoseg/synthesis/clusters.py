"""A synthetic cluster of microcalcifications, by the insertion model."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.phantom.calcifications import Form, Speck, lay_out
from napari_mammoseg.phantom.insertion import Detector, in_tissue, insert
from napari_mammoseg.synthesis.synthetic import Patch
from napari_mammoseg.tissue.contrast import texture_of
from napari_mammoseg.tissue.square import square

COUNT = 8, 25
"""Calcifications of a cluster, the second number excluded."""
FORMS: dict[str, tuple[Form, ...]] = {"benign": ("round",), "malignant": ("pleomorphic", "linear")}
"""The forms that calcifications of a class most often have (BI-RADS)."""
LARGEST_MM = 0.35, 0.8
CONTRAST = 5.0, 14.0
"""How many times the tissue's texture the median calcification adds before the detector blurs it."""
BLUR_PX = 0.7
GRAIN = 0.01
MARGIN_MM = 3.0
STEPS = 8
"""By which the width of a cluster comes to within 0.01 mm of the wanted one."""


def put_cluster(
    image: Mammogram,
    spacing: Spacing,
    centre: tuple[float, float],
    size_mm: float,
    label: str,
    random: Generator,
    outline: NDArray[np.bool_] | None = None,
) -> Patch:
    """The patch of a cluster whose longer side is `size_mm` around `centre`; with an `outline` it lies in that."""
    mm = float(np.mean(spacing))
    place = round(centre[0]), round(centre[1])
    down, across = (round((size_mm + 2 * MARGIN_MM) / each) for each in spacing)
    part = square((image.rows, image.columns), place, (down, across))
    tissue = np.ascontiguousarray(image.pixels[part])
    specks = _specks(size_mm, label, random)
    if outline is None:
        specks = spread(specks, size_mm)
    at = centre[0] - part[0].start, centre[1] - part[1].start
    contrast = texture_of(tissue, mm) * float(np.exp(random.uniform(*np.log(CONTRAST))))
    calcifications = in_tissue(specks, at, contrast, spacing, random)
    if outline is not None:
        inside = outline[part]
        calcifications = [each for each in calcifications if _holds(inside, each.row, each.column)]
    made = insert(tissue, calcifications, spacing, Detector(BLUR_PX * mm, GRAIN), random)
    return Patch(part, made.pixels - tissue, made.labels.astype(np.uint16))


def _specks(size_mm: float, label: str, random: Generator) -> tuple[Speck, ...]:
    form = FORMS[label][int(random.integers(len(FORMS[label])))]
    largest = float(np.exp(random.uniform(*np.log(LARGEST_MM))))
    return lay_out(random, int(random.integers(*COUNT)), size_mm, form, (max(0.15, 0.4 * largest), largest))


def _holds(inside: NDArray[np.bool_], row: float, column: float) -> bool:
    place = round(row), round(column)
    within = all(0 <= each < length for each, length in zip(place, inside.shape, strict=True))
    return within and bool(inside[place])


def spread(specks: tuple[Speck, ...], size_mm: float) -> tuple[Speck, ...]:
    """The specks moved so that the longer side of the box around them is `size_mm`, and its middle theirs.

    A layout leaves a part of its width empty, the more the fewer specks it has. None is moved nearer to another.
    """
    places = np.array([(each.row_mm, each.column_mm) for each in specks])
    radii = np.array([each.diameter_mm / 2 for each in specks])[:, np.newaxis]
    wider = 1.0
    for _ in range(STEPS):
        low, high = (wider * places - radii).min(axis=0), (wider * places + radii).max(axis=0)
        wider = max(1.0, wider * size_mm / float((high - low).max()))
    moved = wider * places - (low + high) / 2
    return tuple(
        replace(each, row_mm=float(row), column_mm=float(column))
        for each, (row, column) in zip(specks, moved, strict=True)
    )
