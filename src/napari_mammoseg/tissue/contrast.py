"""Local contrast: what is left of an image once brightness, window and amplification are taken away."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.tissue.grey_scale import ROUNDING, is_even
from napari_mammoseg.tissue.resample import resample

BACKGROUND_MM = 1.0
TEXTURE_MM = 5.0
STEADYING = 0.15
"""Of the mean texture, added to the texture of every place: smooth places do not become all contrast."""
LOWEST, HIGHEST = -3.0, 5.0
"""Local contrast that is black and white where it is kept as grey values."""
COARSE = 4
"""Pixels, per side, that one of the grid covers on which the tissue around is worked out."""


def local_contrast(
    pixels: NDArray[np.float32], spacing_mm: float, inside: NDArray[np.bool_] | None = None, step: float = 0.0
) -> NDArray[np.float32]:
    """Brightness above the tissue around, in units of that tissue's own texture, asinh-compressed. 0 outside `inside`.

    pixels: (rows, columns) with square pixels of `spacing_mm`. The tissue around is a Gaussian mean of 1 mm, its
    texture the mean absolute difference from it over 5 mm, both over pixels inside only, so that neither the skin's
    edge nor a film's border makes contrast. Unchanged by adding to or multiplying the grey values; 0 in an even
    picture. step: between the grey values of the image; where that is larger than the texture, steps are no contrast.
    """
    weight = np.ones(pixels.shape, np.float32) if inside is None else inside.astype(np.float32)
    difference = surroundings(pixels * weight, weight, BACKGROUND_MM / spacing_mm)
    np.subtract(pixels, difference, out=difference)
    difference *= weight
    texture = surroundings(np.abs(difference), weight, TEXTURE_MM / spacing_mm)
    difference /= steadied(texture, weight, pixels, step)
    return np.arcsinh(difference, out=difference)


def steadied(
    texture: NDArray[np.float32],
    weight: NDArray[np.float32],
    pixels: NDArray[np.float32],
    step: float = 0.0,
    share: float = STEADYING,
) -> NDArray[np.float32]:
    """`texture` at each of the `pixels` and `share` of its mean over what has `weight`.

    Far more where the `step` between grey values is larger than the mean: such a picture shows its steps, not tissue.
    Infinite where the mean is no more than the rounding of the pixels: an even picture has no contrast.
    """
    typical = float(np.vdot(texture, weight)) / max(float(weight.sum()), 1.0)
    if typical <= ROUNDING * float(np.abs(pixels).max()):
        return np.full_like(texture, np.inf)
    rounding = step * (step / (2 * typical)) ** 3
    return texture + np.float32(share * typical + rounding)


def as_grey(contrast: NDArray[np.float32]) -> NDArray[np.float32]:
    """Local contrast as 0…1."""
    return np.clip((contrast - LOWEST) / (HIGHEST - LOWEST), 0, 1).astype(np.float32)


def surroundings(weighted: NDArray[np.float32], weight: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Gaussian mean of values over the pixels that have `weight`; `weighted`: values times weight; sigma in pixels.

    Worked out on a grid four times coarser: sigma is far larger than that.
    """
    shape = tuple(max(1, -(-side // COARSE)) for side in weighted.shape)
    total = ndimage.gaussian_filter(resample(weighted, shape), sigma / COARSE, truncate=3.0)
    share = ndimage.gaussian_filter(resample(weight, shape), sigma / COARSE, truncate=3.0)
    return np.array(resample(total / np.maximum(share, 1e-3), weighted.shape))


def contrast_to_ring(
    pixels: NDArray[np.float32], window: tuple[slice, slice], mine: NDArray[np.bool_], reach: int
) -> float:
    """Mean grey of the pixels `mine` of `window` above that of all others within `reach` pixels of the window.

    In standard deviations of these others; 0 where they are even.
    """
    top, left = (max(0, each.start - reach) for each in window)
    around = pixels[top : window[0].stop + reach, left : window[1].stop + reach]
    other = np.ones(around.shape, bool)
    other[_within(window, top, left)] = ~mine
    others = around[other].astype(np.float64)
    if not others.size or is_even(others.min(), others.max()):
        return 0.0
    return float((pixels[window][mine].mean(dtype=np.float64) - others.mean()) / others.std())


def _within(window: tuple[slice, slice], top: int, left: int) -> tuple[slice, slice]:
    rows, columns = window
    return slice(rows.start - top, rows.stop - top), slice(columns.start - left, columns.stop - left)


def texture_of(pixels: NDArray[np.float32], spacing_mm: float) -> float:
    """How far grey values lie from their surroundings' on average, steadied; above 0 in an even picture, too."""
    smooth = ndimage.gaussian_filter(pixels[::2, ::2], BACKGROUND_MM / spacing_mm / 2, truncate=2)
    typical = float(np.abs(pixels[::2, ::2] - smooth).mean())
    return max((1 + STEADYING) * typical, ROUNDING)
