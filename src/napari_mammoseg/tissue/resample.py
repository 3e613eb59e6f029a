"""Images at another pixel size: one window of a network then means the same tissue on every detector."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mammoseg.mammogram import Spacing

STRIP = 128
"""Rows of the result that are worked out at a time: what is copied on the way stays small."""
Part = tuple[slice, slice]


def resample(pixels: NDArray[np.float32], shape: tuple[int, int], part: Part | None = None) -> NDArray[np.float32]:
    """`pixels` (rows, columns) on a grid of `shape`: area average where it shrinks, linear where it grows.

    Both grids cover the same rectangle: pixel centres lie at (i + 0.5) / n of it. part: the rows and columns of the
    new grid that are wanted (start and stop), by default all.
    """
    if part is None:
        if pixels.shape == shape:
            return pixels
        part = slice(0, shape[0]), slice(0, shape[1])
    rows, columns = part
    result = np.empty((rows.stop - rows.start, columns.stop - columns.start), np.float32)
    for start in range(rows.start, rows.stop, STRIP):
        strip = slice(start, min(start + STRIP, rows.stop))
        result[start - rows.start : strip.stop - rows.start] = _piece(pixels, shape, strip, columns)
    return result


def _piece(pixels: NDArray[np.float32], shape: tuple[int, int], rows: slice, columns: slice) -> NDArray[np.float32]:
    height, width = pixels.shape
    across, left, right = _source(columns, width, shape[1])
    down, top, bottom = _source(rows, height, shape[0])
    size = columns.stop - columns.start, rows.stop - rows.start
    picture = Image.fromarray(np.ascontiguousarray(pixels[down, across], np.float32))
    picture = picture.resize((size[0], picture.height), _method(width, shape[1]), (left, 0, right, picture.height))
    return np.asarray(picture.resize(size, _method(height, shape[0]), (0, top, size[0], bottom)))


def _source(span: slice, old: int, new: int) -> tuple[slice, float, float]:
    """The old pixels that the new ones of `span` are made from, and where in these the span begins and ends."""
    begin, end = span.start * old / new, span.stop * old / new
    first = max(0, int(begin) - 1)
    return slice(first, min(old, int(end) + 2)), begin - first, end - first


def _method(old: int, new: int) -> Image.Resampling:
    return Image.Resampling.BOX if new < old else Image.Resampling.BILINEAR


def shape_at(shape: tuple[int, int], spacing: Spacing, spacing_mm: float) -> tuple[int, int]:
    """The (rows, columns) that an image of `shape` and `spacing` has at `spacing_mm` a pixel; at least one of each."""
    return max(1, round(shape[0] * spacing[0] / spacing_mm)), max(1, round(shape[1] * spacing[1] / spacing_mm))


def to_spacing(pixels: NDArray[np.float32], spacing: Spacing, spacing_mm: float) -> NDArray[np.float32]:
    """`pixels` of `spacing` (mm per row and column) at `spacing_mm` a pixel."""
    return resample(pixels, shape_at((pixels.shape[0], pixels.shape[1]), spacing, spacing_mm))


def placed(part: NDArray[np.float32], corner: tuple[int, int], whole: tuple[int, int]) -> NDArray[np.float32]:
    """A grid of shape `whole`, 0 but for `part` (rows, columns), which begins at `corner`."""
    grid = np.zeros(whole, np.float32)
    grid[corner[0] : corner[0] + part.shape[0], corner[1] : corner[1] + part.shape[1]] = part
    return grid
