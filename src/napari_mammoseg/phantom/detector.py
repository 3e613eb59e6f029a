"""The detector: blur and quantum noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.phantom.grid import Grid, stream

BLUR_MM = 0.06
"""Deviation of the point spread, focal spot included."""
NOISE = 0.011
"""Deviation of the noise in grey at 0.07 mm a pixel; goes with the inverse of the pixel size, as counted quanta do."""


def detect(seed: int, grid: Grid, grey: NDArray[np.float32], inside: NDArray[np.float32]) -> NDArray[np.float32]:
    """The image that the detector makes of `grey`; noise only where `inside` (0…1) is breast, more in dense tissue."""
    blurred = ndimage.gaussian_filter(grey, BLUR_MM / grid.spacing, truncate=3)
    noise = stream(seed, "quanta", grid.rows).standard_normal(grey.shape, dtype=np.float32)
    if grid.spacing < 0.1:
        noise = ndimage.gaussian_filter(noise, 0.035 / grid.spacing, truncate=3)
    noise *= np.float32(NOISE * 0.07 / grid.spacing / noise.std())
    return blurred + noise * inside * np.sqrt(0.5 + np.clip(blurred, 0, 1))
