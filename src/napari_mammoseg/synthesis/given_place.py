"""A place that a person gave for a lesion: refused outside the breast, with a word where a part of the lesion is."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.run import Run
from napari_mammoseg.synthesis.masses import Site
from napari_mammoseg.synthesis.settings import LARGEST_MM
from napari_mammoseg.synthesis.synthetic import Patch
from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.muscle import pectoral_muscle

CUT = "a part of the lesion lies beyond the edge of the image and is missing"
OUTSIDE = "a part of the lesion lies outside the breast"
NO_SIZE = "the outline says how large the lesion is: the size that was given does not count"
NO_MODEL = "models make masses alone: the one that was given does not count"
ON_MUSCLE = "a part of the lesion lies on the pectoral muscle"


def check_place(at: tuple[float, float] | None, mask: NDArray[Any] | None) -> None:
    """Raises InputError where `at` is no place, or both say where."""
    if at is None:
        return
    if mask is not None:
        raise InputError("at, mask", "both say where", "give one of them")
    numbers = np.asarray(at)
    if numbers.shape != (2,) or numbers.dtype.kind not in "iuf":
        raise InputError(f"at {at!r}", "is not a place", "give (row, column) in pixels")


def check_inside(image: Mammogram, spacing: Spacing, at: tuple[float, float]) -> None:
    """Raises InputError where the image or the breast is not at `at`."""
    said = f"row {at[0]:g}, column {at[1]:g}"
    if not (-0.5 <= at[0] < image.rows - 0.5 and -0.5 <= at[1] < image.columns - 0.5):
        inside = f"give a place in its {image.rows} x {image.columns} pixels"
        raise InputError(image.name, f"has no pixel at {said}", inside)
    if not breast_mask(image.pixels, spacing)[round(at[0]), round(at[1])]:
        raise InputError(image.name, f"shows no breast at {said}", "choose a place in the breast")


def check_outline(image: Mammogram, spacing: Spacing, mask: NDArray[np.bool_], size_mm: float) -> None:
    """Raises InputError where the outline is not that of one lesion, or no part of it lies in the breast."""
    parts = ndimage.label(mask, np.ones((3, 3)))[1]
    if parts > 1:
        raise InputError(image.name, f"has a mask of {parts} separate parts", "draw one: a mask is one lesion")
    if size_mm > LARGEST_MM:
        raise InputError(image.name, f"has a mask of {size_mm:.3g} mm", f"draw one of at most {LARGEST_MM:g} mm")
    if mask.all():
        raise InputError(image.name, "has a mask that leaves no tissue around the lesion", "draw a smaller one")
    if not breast_mask(image.pixels, spacing)[mask].any():
        raise InputError(image.name, "shows no breast in the mask", "draw it in the breast")


def warn_of_edges(image: Mammogram, spacing: Spacing, site: Site, patch: Patch, run: Run) -> None:
    """Says that a part of the lesion is cut off, or lies where no tissue of the breast is."""
    half = np.divide(site.size_mm / 2, spacing)
    low, high = np.subtract(site.centre, half), np.add(site.centre, half)
    if site.outline is None and ((low < -0.5).any() or (high > np.subtract(image.pixels.shape, 0.5)).any()):
        run.warn(CUT)
    body = patch.labels > 0
    breast = breast_mask(image.pixels, spacing)
    if (body & ~breast[patch.part]).any():
        run.warn(OUTSIDE)
    if (body & pectoral_muscle(image.pixels, breast, image.view)[patch.part]).any():
        run.warn(ON_MUSCLE)
