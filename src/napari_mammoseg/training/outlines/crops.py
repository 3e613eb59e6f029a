"""Masses as the training of outlines sees them: a square of each, wide enough for any loosely drawn box around it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.data_sets.mass_truth import without_crumbs
from napari_mammoseg.geometry.regions import fill
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.tissue.cutout import cut_out

SIDE = 320
"""Pixels of a square's side."""
REACH = 3.5
"""A square's side in units of the longer side of the mass's box: the corners of a turned window lie in it."""
OUTLINE_POINTS = 96


@dataclass(frozen=True)
class Crop:
    """One mass in the middle of a square of SIDE pixels.

    pixels: uint8; mask: uint8, 255 inside the mass, or None where only its box is known.
    points: (OUTLINE_POINTS, 2) rows and columns (pixel r covers r…r + 1) on the mass's convex hull, or the
    corners of its box, repeated. zoom: pixels of the square per pixel of the image.
    """

    data_set: str
    name: str
    patient: str
    pixels: NDArray[np.uint8]
    mask: NDArray[np.uint8] | None
    points: NDArray[np.float32]
    zoom: float


def crops_of(data_set: str, name: str, patient: str, image: Mammogram) -> list[Crop]:
    """A crop for each mass of the image's truth that has an outline or a box."""
    made = []
    for lesion in image.truth or ():
        mask = mask_of(lesion, (image.rows, image.columns))
        box = lesion.box if mask is None else box_of(mask)
        if lesion.kind == "mass" and box is not None:
            made.append(_crop(data_set, name, patient, image.pixels, mask, box))
    return made


def mask_of(lesion: Lesion, shape: tuple[int, int]) -> NDArray[np.bool_] | None:
    """The lesion's mask without stray pixels; None where neither mask nor outline is known, or it is empty."""
    if lesion.mask is None and lesion.contour is None:
        return None
    mask = fill(without_crumbs(lesion), shape)
    return mask if mask.any() else None


def box_of(mask: NDArray[np.bool_]) -> tuple[float, float, float, float]:
    """The half-open box around a mask that is not empty."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return float(rows[0]), float(columns[0]), float(rows[-1] + 1), float(columns[-1] + 1)


def _crop(
    data_set: str,
    name: str,
    patient: str,
    pixels: NDArray[np.float32],
    mask: NDArray[np.bool_] | None,
    box: tuple[float, float, float, float],
) -> Crop:
    centre = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    side = REACH * max(box[2] - box[0], box[3] - box[1])
    grey = _stretched(cut_out(pixels, centre, side, SIDE))
    corner = np.array(centre) - side / 2
    if mask is None:
        points = np.array([[box[row], box[column]] for row in (0, 2) for column in (1, 3)])
        drawn = None
    else:
        covered = cut_out(np.pad(mask, 1).astype(np.float32), (centre[0] + 1, centre[1] + 1), side, SIDE)
        drawn = np.round(255 * covered).clip(0, 255).astype(np.uint8)
        points = hull(mask)
    points = np.resize((points - corner) * SIDE / side, (OUTLINE_POINTS, 2)).astype(np.float32)
    return Crop(data_set, name, patient, grey, drawn, points, SIDE / side)


def hull(mask: NDArray[np.bool_]) -> NDArray[np.float64]:
    """At most OUTLINE_POINTS points on the convex hull of the mask's pixels' corners, (n, 2)."""
    rows = np.flatnonzero(mask.any(axis=1))
    first = mask[rows].argmax(axis=1)
    last = mask.shape[1] - mask[rows][:, ::-1].argmax(axis=1)
    corners = [
        (row + below, column)
        for row, *ends in zip(rows, first, last, strict=True)
        for column in ends
        for below in (0, 1)
    ]
    angles = np.linspace(0, 2 * np.pi, OUTLINE_POINTS, endpoint=False)
    points = np.array(corners, float)
    return points[np.argmax(points @ np.stack([np.sin(angles), np.cos(angles)]), axis=0)]


def _stretched(grey: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Bytes that cover the grey values of the middle and a margin: a film's white border takes no part."""
    middle = slice(SIDE // 4, 3 * SIDE // 4)
    low, high = np.percentile(grey[middle, middle], [0.2, 99.8])
    margin = 0.25 * (high - low)
    low, high = low - margin, high + margin
    return np.round(255 * np.clip((grey - low) / max(float(high - low), 1e-3), 0, 1)).astype(np.uint8)


def by_set(crops: Sequence[Crop]) -> dict[str, list[int]]:
    """The indices of each data set's crops."""
    places: dict[str, list[int]] = {}
    for place, crop in enumerate(crops):
        places.setdefault(crop.data_set, []).append(place)
    return places
