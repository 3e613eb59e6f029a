"""A whole mammogram as networks of outlines see it, those of Cobos 2016 and Aung 2018 among them, and the way back."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mammoseg.mammogram import Spacing
from napari_mammoseg.tissue.grey_scale import is_even, own_scale
from napari_mammoseg.tissue.resample import resample, shape_at
from napari_mammoseg.tissue.standard import LOW, standardised

Size = tuple[int, int]
AUNG_SIDE = 1024
"""Pixels of a picture's side in Aung 2018, section III."""


@dataclass(frozen=True)
class Whole:
    """What a network is given of an image that was brought to the size `grid`: the part that begins at `corner`.

    values: (rows, columns) float32; the part may reach beyond the grid. breast: bool, of the same shape.
    """

    values: NDArray[np.float32]
    breast: NDArray[np.bool_]
    corner: tuple[int, int]
    grid: Size

    def part_of(self, grid: NDArray[np.float32], beyond: float = 0.0) -> NDArray[np.float32]:
        """The same part of another map over the grid."""
        return _part(grid, self.corner, _shape(self.values), beyond)

    def back(self, answer: NDArray[np.float32], shape: Size) -> NDArray[np.float32]:
        """The network's answer, of the shape of `values`, on the image of `shape`; 0 where it was not asked."""
        whole = _part(answer, (-self.corner[0], -self.corner[1]), self.grid, 0.0)
        return resample(whole, shape)


def as_cobos(
    pixels: NDArray[np.float32], breast: NDArray[np.bool_], spacing: Spacing, spacing_mm: float, multiple: int
) -> Whole:
    """Cobos 2016: background and fat to the breast's mean grey, contrast stretched, at `spacing_mm` a pixel, cropped to
    the breast with sides that divide by `multiple`, whitened (mean 0, standard deviation 1).

    pixels, breast: (rows, columns), the breast not empty. The text and his code agree on all but the crop, which his
    code makes one multiple larger where the side divides already.
    """
    grid = shape_at(_shape(pixels), spacing, spacing_mm)
    small = resized(enhanced(pixels, breast), grid, Image.Resampling.LANCZOS)
    inside = resample(breast.astype(np.float32), grid) >= 0.5
    corner, shape = frame(inside if inside.any() else np.ones(grid, bool), multiple)
    values = whitened(_part(small, corner, shape, float(small.min())))
    return Whole(values, _part(inside.astype(np.float32), corner, shape, 0.0) > 0, corner, grid)


def as_aung(pixels: NDArray[np.float32], breast: NDArray[np.bool_], side: int, stretched: bool) -> Whole:
    """Aung 2018: from the darkest value to the brightest, side x side pixels; stretched to them as in the code, or
    as they are with black at the right and below.
    """
    rows, columns = pixels.shape
    scale = side / max(rows, columns)
    grid = (side, side) if stretched else (max(1, round(rows * scale)), max(1, round(columns * scale)))
    small = resample(own_scale(pixels), grid)
    inside = resample(breast.astype(np.float32), grid)
    values, seen = (_part(each, (0, 0), (side, side), 0.0) for each in (small, inside))
    return Whole(values.astype(np.float32), seen >= 0.5, (0, 0), grid)


def as_standard(
    pixels: NDArray[np.float32], breast: NDArray[np.bool_], spacing: Spacing, spacing_mm: float, multiple: int
) -> Whole:
    """As detectors of masses see it: at `spacing_mm`, standardised, cropped to the breast as in `as_cobos`."""
    grid = shape_at(_shape(pixels), spacing, spacing_mm)
    inside = resample(breast.astype(np.float32), grid) >= 0.5
    inside = inside if inside.any() else np.ones(grid, bool)
    corner, shape = frame(inside, multiple)
    values = _part(standardised(resample(pixels, grid), inside), corner, shape, LOW)
    return Whole(values, _part(inside.astype(np.float32), corner, shape, 0.0) > 0, corner, grid)


def enhanced(pixels: NDArray[np.float32], breast: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Grey values below the breast's mean brought to it, and what is left stretched to 0…1 (Cobos 2016, slide 15)."""
    low = float(pixels[breast].mean())
    high = float(pixels.max())
    spread = 1.0 if is_even(low, high) else high - low
    return ((np.maximum(pixels, low) - low) / spread).astype(np.float32)


def whitened(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Mean 0 and standard deviation 1."""
    return ((values - values.mean()) / max(float(values.std()), 1e-6)).astype(np.float32)


def frame(breast: NDArray[np.bool_], multiple: int) -> tuple[tuple[int, int], Size]:
    """Corner and shape of the breast's box, enlarged on all sides until `multiple` divides its sides."""
    corner, shape = [], []
    for axis in (1, 0):
        places = np.flatnonzero(breast.any(axis=axis))
        length = int(places[-1] + 1 - places[0])
        wanted = -(-length // multiple) * multiple
        corner.append(int(places[0]) - (wanted - length) // 2)
        shape.append(wanted)
    return (corner[0], corner[1]), (shape[0], shape[1])


def resized(pixels: NDArray[np.float32], shape: Size, method: Image.Resampling) -> NDArray[np.float32]:
    """The whole picture at another size."""
    return np.array(Image.fromarray(np.ascontiguousarray(pixels, np.float32)).resize(shape[::-1], method))


def _shape(array: NDArray[np.float32]) -> Size:
    return int(array.shape[0]), int(array.shape[1])


def _part(array: NDArray[np.float32], corner: tuple[int, int], shape: Size, beyond: float) -> NDArray[np.float32]:
    """The part of `shape` that begins at `corner`, which may lie outside; `beyond` is put there."""
    part = np.full(shape, beyond, np.float32)
    starts = [max(0, each) for each in corner]
    stops = [min(length, each + size) for length, each, size in zip(array.shape, corner, shape, strict=True)]
    if all(start < stop for start, stop in zip(starts, stops, strict=True)):
        rows, columns = (
            slice(start - each, stop - each) for start, stop, each in zip(starts, stops, corner, strict=True)
        )
        part[rows, columns] = array[starts[0] : stops[0], starts[1] : stops[1]]
    return part
