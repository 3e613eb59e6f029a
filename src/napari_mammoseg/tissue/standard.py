"""The same grey values for the same tissue on film and digital images: what detectors of masses see."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

DARKEST, BRIGHTEST = 1.0, 99.5  # percentiles of the breast
LOW, HIGH = -0.804, 0.804  # where they come to lie in -1…1


def standardised(pixels: NDArray[np.float32], breast: NDArray[np.bool_]) -> NDArray[np.float32]:
    """`pixels` (rows, columns) in -1…1: the breast's 1st percentile at -0.8, its 99.5th at 0.8, all else at -0.8.

    Labels, tape and the film's border disappear. A picture without breast is taken whole.
    """
    if not breast.any():
        breast = np.ones_like(breast)
    darkest, brightest = np.percentile(pixels[breast], [DARKEST, BRIGHTEST])
    scale = (HIGH - LOW) / max(float(brightest - darkest), 1e-3)
    standard = np.clip((pixels - np.float32(darkest)) * np.float32(scale) + np.float32(LOW), -1, 1)
    return np.where(breast, standard, np.float32(LOW)).astype(np.float32)
