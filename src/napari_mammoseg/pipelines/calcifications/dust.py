"""Dust on film: marks as sharp as a single pixel of the image, which no calcification seen through a screen is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from napari_mammoseg.mammogram import Mammogram, Spacing

FINE_MM = 0.15
"""In larger pixels a real calcification can be a single pixel."""
FILMS = ("MIAS",)
"""Formats of digitised films whose larger pixels show far more dust than such calcifications."""
BLUNT = 0.75
"""Sharpness up to which a mark loses nothing; what real calcifications have is in the card of `calcification-lite`."""
INNER, OUTER = 3, 4
"""The tissue around a pixel is a square ring this far away, in pixels."""
SIDES = ((-1, 0), (0, -1), (0, 1), (1, 0))
AROUND = (*SIDES, (-1, -1), (-1, 1), (1, -1), (1, 1), (0, 0))


def shows_dust(image: Mammogram, spacing: Spacing) -> bool:
    """Whether a mark as sharp as a single pixel is more likely dust than a calcification; spacing: mm a pixel."""
    return max(spacing) <= FINE_MM or image.format in FILMS


def sharpness(pixels: NDArray[np.float32], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.float64]:
    """How lone the brightest pixel at each mark is, (n,): 1 where its four neighbours are as dark as the tissue around
    (the median of a ring), 0 where they are as bright as itself, or it is no brighter than the tissue.

    pixels: (rows, columns) of the image as stored. rows, columns: (n,), marks; the pixels beside them count too. Of
    pixels that are equally bright the least lone one counts.
    """
    places = [(rows + down, columns + across) for down, across in AROUND]
    grey = np.array([_grey(pixels, *each) for each in places])
    lone = np.array([_loneness(pixels, *each) for each in places])
    return np.asarray(np.where(grey == grey.max(axis=0), lone, np.inf).min(axis=0))


def _loneness(pixels: NDArray[np.float32], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.float64]:
    """How far the four neighbours of each pixel fall back to the tissue around, (n,)."""
    reach = range(-OUTER, OUTER + 1)
    ring = [(down, across) for down in reach for across in reach if max(abs(down), abs(across)) >= INNER]
    tissue = np.median([_grey(pixels, rows + down, columns + across) for down, across in ring], axis=0)
    beside = np.mean([_grey(pixels, rows + down, columns + across) for down, across in SIDES], axis=0)
    above = _grey(pixels, rows, columns) - tissue
    return np.where(above > 0, 1 - (beside - tissue) / np.where(above > 0, above, 1), 0.0)


def _grey(pixels: NDArray[np.float32], rows: NDArray[np.intp], columns: NDArray[np.intp]) -> NDArray[np.float32]:
    """The pixels at these places; beyond the image those on its edge."""
    return np.asarray(pixels[rows.clip(0, pixels.shape[0] - 1), columns.clip(0, pixels.shape[1] - 1)])


def discounted(scores: NDArray[np.float32], sharp: NDArray[np.float64], weight: float) -> NDArray[np.float32]:
    """Scores (n,) whose log-odds are lower by `weight` times what their sharpness is beyond `BLUNT`."""
    beyond = np.clip(sharp - BLUNT, 0, 1 - BLUNT)
    lower = expit(logit(np.clip(scores, 1e-6, 1 - 1e-6)) - weight * beyond)
    return np.where(beyond > 0, lower, scores).astype(np.float32)
