"""Images at another pixel size: one window of a network then means the same tissue on every detector."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mammoseg.mammogram import Spacing


def resample(pixels: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """`pixels` (rows, columns) on a grid of `shape`: area average where it shrinks, linear where it grows.

    Both grids cover the same rectangle: pixel centres lie at (i + 0.5) / n of it.
    """
    if pixels.shape == shape:
        return pixels
    picture = Image.fromarray(np.ascontiguousarray(pixels, dtype=np.float32))
    rows, columns = shape
    picture = picture.resize((columns, picture.height), _method(picture.width, columns))
    return np.asarray(picture.resize((columns, rows), _method(picture.height, rows)))


def _method(old: int, new: int) -> Image.Resampling:
    return Image.Resampling.BOX if new < old else Image.Resampling.BILINEAR


def shape_at(shape: tuple[int, int], spacing: Spacing, spacing_mm: float) -> tuple[int, int]:
    """The (rows, columns) that an image of `shape` and `spacing` has at `spacing_mm` a pixel; at least one of each."""
    return max(1, round(shape[0] * spacing[0] / spacing_mm)), max(1, round(shape[1] * spacing[1] / spacing_mm))


def to_spacing(pixels: NDArray[np.float32], spacing: Spacing, spacing_mm: float) -> NDArray[np.float32]:
    """`pixels` of `spacing` (mm per row and column) at `spacing_mm` a pixel."""
    return resample(pixels, shape_at((pixels.shape[0], pixels.shape[1]), spacing, spacing_mm))
