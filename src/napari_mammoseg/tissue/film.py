"""Bright borders of a digitised film: the rim that the scanner saw beside it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.tissue.grey_scale import own_scale

WHITE = 0.93  # of the image's grey scale
DEEPEST = 0.45  # of the image, that a border may reach from its side
STEEPEST = 0.06  # rise of a border along its side: films lie straight in the scanner, a muscle's edge does not
THIN = 0.015  # of the image: a border as thin as this may end half-way
STEP = 0.85  # of white: the picture beside a border is darker than this
GLOW = 2  # pixels of the small copy beside a border that its light spills into


def film_border(pixels: NDArray[np.float32]) -> NDArray[np.bool_]:
    """(rows, columns) bool: straight white strips along the image's sides, and all that lies outside them."""
    pixels, border = own_scale(pixels), np.zeros(pixels.shape, bool)
    for turns in range(4):
        side = np.rot90(pixels, turns)
        end = _end_of_strip(_steady(side >= WHITE))
        if not _is_step(side, end):
            continue
        np.rot90(border, turns)[:] |= np.arange(len(side))[:, None] < end
    return border


def _steady(white: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """White where most of seven neighbours along the side are: a strip is, grains and calcifications are not."""
    return np.asarray(ndimage.uniform_filter1d(white.astype(np.float32), 7, axis=1, mode="nearest") > 0.5)


def _is_step(side: NDArray[np.float32], end: NDArray[np.int64]) -> bool:
    """Whether the picture is clearly darker beside the strip: bright tissue fades, a border stops."""
    beside = np.minimum(end + GLOW, len(side) - 1)
    return bool(end.any() and np.median(np.take_along_axis(side, beside[None], axis=0)) < STEP)


def _end_of_strip(white: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Row where the strip along the top ends, per column; zeros where there is none."""
    length, none = len(white), np.zeros(white.shape[1], np.int64)
    near = white[: int(DEEPEST * length) + 1]
    start = near.argmax(axis=0)
    outside = near | (np.arange(len(near))[:, None] < start)
    end = np.where(outside.all(axis=0), len(near), outside.argmin(axis=0))
    hit = near.any(axis=0) & (end < len(near))
    if hit.mean() < 0.5:
        return none
    line = _line(np.flatnonzero(hit), end[hit], white.shape[1])
    straight = np.abs(end - line) <= 2 + 0.01 * length
    needed = 0.5 if np.median(line) <= THIN * length + 1 else 0.75
    if (hit & straight).mean() < needed or np.ptp(line) > STEEPEST * length + 1:
        return none
    return np.where(hit & straight, np.maximum(end, line), line) + GLOW


def _line(at: NDArray[np.int64], end: NDArray[np.int64], width: int) -> NDArray[np.int64]:
    """The straight line that most points lie on (median of slopes, Theil and Sen), at every column."""
    half = len(at) // 2
    slope = np.median((end[half : 2 * half] - end[:half]) / (at[half : 2 * half] - at[:half])) if half else 0.0
    return np.asarray(np.round(slope * np.arange(width) + np.median(end - slope * at)), np.int64)
