"""The plain classical detector of microcalcifications: small bright blobs against their surroundings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.tissue.contrast import steadied, surroundings

INNER_MM, OUTER_MM, NOISE_MM = 0.12, 0.36, 4.0
STEADYING = 0.07
"""Of the mean strength of blobs, added to that of every place."""


def blob_contrast(
    pixels: NDArray[np.float32], spacing_mm: float, inside: NDArray[np.bool_] | None = None
) -> NDArray[np.float32]:
    """Difference of Gaussians in units of its own local root mean square, (rows, columns); 0 outside `inside`."""
    weight = np.ones(pixels.shape, np.float32) if inside is None else inside.astype(np.float32)
    blobs = (
        ndimage.gaussian_filter(pixels, INNER_MM / spacing_mm) - ndimage.gaussian_filter(pixels, OUTER_MM / spacing_mm)
    ) * weight
    power = surroundings(blobs**2, weight, NOISE_MM / spacing_mm)
    return (blobs / steadied(np.sqrt(power), weight, pixels, share=STEADYING)).astype(np.float32)
