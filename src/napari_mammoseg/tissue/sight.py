"""What a model sees of an image: the breast at the model's spacing; and the way back to the image's own pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.grey_scale import smallest_step
from napari_mammoseg.tissue.resample import placed, resample, shape_at
from napari_mammoseg.tissue.spacing import assumed
from napari_mammoseg.tissue.standard import breast_or_field

MARGIN = 16
"""Pixels around the breast that are seen, too."""
LARGEST = 120_000_000
"""Most pixels that an image is resampled to: a square of 45 cm at 0.042 mm."""


@dataclass(frozen=True, slots=True)
class Sight:
    """A part of an image of `shape`, at another spacing.

    pixels, breast: (rows, columns) of the part. corner: where it begins on a grid of shape `whole` over the image.
    spacing: mm per row and column of the image: its own, or the one assumed for it. step: between its grey values.
    """

    pixels: NDArray[np.float32]
    breast: NDArray[np.bool_]
    corner: tuple[int, int]
    whole: tuple[int, int]
    shape: tuple[int, int]
    spacing: Spacing
    step: float

    @classmethod
    def of(cls, image: Mammogram, spacing_mm: float, margin: int = MARGIN, step: int = 1) -> Sight:
        """The breast of `image` at `spacing_mm`, with `margin` pixels around it; its corner at multiples of `step`.

        Raises InputError where that would have too many pixels.
        """
        shape, spacing, whole = _grids(image, spacing_mm)
        breast = breast_mask(image.pixels, spacing, whole)
        part = _part(breast, margin, step)
        pixels = resample(image.pixels, whole, part)
        corner = part[0].start, part[1].start
        return cls(pixels, breast[part], corner, whole, shape, spacing, smallest_step(image.pixels))

    @classmethod
    def of_breast_or_field(cls, image: Mammogram, spacing_mm: float, margin: int = MARGIN) -> Sight:
        """The same, where a picture without background is seen whole (`breast_or_field`)."""
        shape, spacing, whole = _grids(image, spacing_mm)
        pixels = np.array(resample(image.pixels, whole))
        breast = breast_or_field(pixels)
        part = _part(breast, margin, 1)
        corner = part[0].start, part[1].start
        return cls(pixels[part], breast[part], corner, whole, shape, spacing, smallest_step(image.pixels))

    @property
    def breast_cm2(self) -> float:
        """Area of the breast, by the spacing."""
        share = float(self.breast.sum()) / np.prod(self.whole)
        return float(share * np.prod(self.shape) * np.prod(self.spacing) / 100)

    def boxes_on(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Boxes (n, 4; row0, column0, row1, column1) in the image's pixels, on `pixels`; they may reach beyond it."""
        zoom = np.divide(self.shape, self.whole)
        return boxes / np.tile(zoom, 2) - np.tile(self.corner, 2)

    def boxes_back(self, boxes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Boxes (n, 4; row0, column0, row1, column1) on `pixels`, in the image's pixels and cut at its sides."""
        zoom = np.divide(self.shape, self.whole)
        return np.clip((boxes + np.tile(self.corner, 2)) * np.tile(zoom, 2), 0, np.tile(self.shape, 2))

    def map_back(self, values: NDArray[np.float32]) -> NDArray[np.float32]:
        """A map of the shape of `pixels` on the image's own pixels; 0 outside the part."""
        return resample(placed(values, self.corner, self.whole), self.shape)


def _grids(image: Mammogram, spacing_mm: float) -> tuple[tuple[int, int], Spacing, tuple[int, int]]:
    shape = image.rows, image.columns
    spacing = image.spacing or assumed(image).spacing
    whole = shape_at(shape, spacing, spacing_mm)
    if whole[0] * whole[1] > LARGEST:
        said = f"would have {whole[0] * whole[1] / 1e6:.0f} million pixels of {spacing_mm:g} mm"
        raise InputError(image.name, f"{said}, more than can be held", "check its spacing, or cut the picture")
    return shape, spacing, whole


def _part(breast: NDArray[np.bool_], margin: int, step: int) -> tuple[slice, slice]:
    return _extent(np.any(breast, axis=1), margin, step), _extent(np.any(breast, axis=0), margin, step)


def _extent(any_breast: Any, margin: int, step: int) -> slice:
    """From the first to the last, with a margin; begins at a multiple of `step`. All of it where there is none."""
    where = np.flatnonzero(any_breast)
    if not len(where):
        return slice(0, len(any_breast))
    start = max(0, int(where[0]) - margin) // step * step
    return slice(start, min(len(any_breast), int(where[-1]) + 1 + margin))
