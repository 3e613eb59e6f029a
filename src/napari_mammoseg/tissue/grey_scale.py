"""A picture's own grey scale: where it begins and ends. No absolute grey value means anything in this package."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROUNDING = 1e-6
"""Differences below this part of the largest value are the rounding of single precision, not a picture."""

INVERTED = (
    "much of the picture is nearly white, as air in an inverted one: if the air is brighter than the breast, invert it"
)
WHITE_PART = 0.2
"""Part of a picture in the brightest tenth of its grey scale above which it may be inverted. Of 60 images each of
CBIS-DDSM (white rims and all), CESM, DDSM, INbreast and INFN none is taken for inverted."""

SAMPLE = 250_000
"""Pixels that are looked at for the smallest step between grey values."""


def is_even(low: float, high: float) -> bool:
    """Whether values from `low` to `high` differ by no more than single precision rounds."""
    return high - low <= ROUNDING * max(abs(low), abs(high))


def smallest_step(pixels: NDArray[np.float32]) -> float:
    """The smallest difference between two grey values of the picture, by a sample of its pixels; 0 if it is even."""
    sample = pixels.ravel()[:: max(1, pixels.size // SAMPLE)]
    steps = np.diff(np.unique(sample))
    steps = steps[steps > ROUNDING * np.abs(sample).max(initial=0)]
    return float(steps.min(initial=np.inf)) if len(steps) else 0.0


def own_scale(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same picture from 0, its darkest value, to 1, its brightest. An even one is 0 where it is black, else 1."""
    low, high = float(pixels.min()), float(pixels.max())
    if is_even(low, high):
        return np.full(pixels.shape, float(high != 0), np.float32)
    return (pixels - np.float32(low)) / np.float32(high - low)


def seems_inverted(pixels: NDArray[np.float32]) -> bool:
    """Whether much of the picture is nearly white, and more than is nearly black: air is dark in a mammogram."""
    low, high = float(pixels.min()), float(pixels.max())
    if is_even(low, high):
        return False
    tenth = (high - low) / 10
    white, black = (np.count_nonzero(each) / pixels.size for each in (pixels > high - tenth, pixels < low + tenth))
    return bool(white > max(WHITE_PART, black))
