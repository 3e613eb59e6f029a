"""The same grey values for the same tissue on film and digital images: what detectors of masses see."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.tissue.breast import DARK, breast_mask
from napari_mammoseg.tissue.film import film_border
from napari_mammoseg.tissue.grey_scale import is_even, own_scale

DARKEST, BRIGHTEST = 1.0, 99.5  # percentiles of the breast
LOW, HIGH = -0.804, 0.804  # where they come to lie in -1…1


def breast_or_field(pixels: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Where the picture (rows, columns) shows the breast; all of a field without background, its film's border apart.

    In a field from within the breast the mask is the brightest part of the tissue: what it leaves out is not dark.
    """
    breast, inside = breast_mask(pixels), ~film_border(pixels)
    pixels = own_scale(pixels)
    left_out = inside & ~breast
    whole = not breast.any() or (left_out.any() and np.median(pixels[left_out]) > DARK * np.median(pixels[breast]))
    seen = inside if whole else breast
    return seen if seen.any() else np.ones_like(seen)


def standardised(pixels: NDArray[np.float32], breast: NDArray[np.bool_]) -> NDArray[np.float32]:
    """`pixels` (rows, columns) in -1…1: the breast's 1st percentile at -0.8, its 99.5th at 0.8, all else at -0.8.

    Labels, tape and the film's border disappear. `breast` is not empty. An even breast is -0.8, too.
    """
    standard = between(pixels, *ends(pixels, breast))
    return np.where(breast, standard, np.float32(LOW)).astype(np.float32)


def ends(pixels: NDArray[np.float32], breast: NDArray[np.bool_]) -> tuple[float, float]:
    """The grey values of the breast's 1st and 99.5th percentile."""
    darkest, brightest = (float(each) for each in np.percentile(pixels[breast], [DARKEST, BRIGHTEST]))
    return darkest, brightest


def between(pixels: NDArray[np.float32], darkest: float, brightest: float) -> NDArray[np.float32]:
    """`pixels` in -1…1: `darkest` at -0.8, `brightest` at 0.8; all at -0.8 where these are the same."""
    scale = 0.0 if is_even(darkest, brightest) else (HIGH - LOW) / (brightest - darkest)
    return np.clip((pixels - np.float32(darkest)) * np.float32(scale) + np.float32(LOW), -1, 1).astype(np.float32)
