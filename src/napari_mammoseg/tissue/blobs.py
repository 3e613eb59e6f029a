"""The plain classical detector of microcalcifications: small bright blobs against their surroundings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.tissue.contrast import QUANTUM

INNER_MM, OUTER_MM, NOISE_MM = 0.12, 0.36, 4.0


def blob_contrast(
    pixels: NDArray[np.float32], spacing_mm: float, inside: NDArray[np.bool_] | None = None
) -> NDArray[np.float32]:
    """Difference of Gaussians in units of its own local root mean square, (rows, columns); 0 outside `inside`."""
    weight = np.ones(pixels.shape, np.float32) if inside is None else inside.astype(np.float32)
    blobs = (
        ndimage.gaussian_filter(pixels, INNER_MM / spacing_mm) - ndimage.gaussian_filter(pixels, OUTER_MM / spacing_mm)
    ) * weight
    power, share = (_spread(values, NOISE_MM / spacing_mm) for values in (blobs**2, weight))
    contrast = blobs / (np.sqrt(np.maximum(power, 0) / np.maximum(share, 1e-3)) + QUANTUM / 4)
    return contrast.astype(np.float32)


def _spread(values: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """A wide mean: two running means, as wide as a Gaussian of `sigma`, at a cost that does not grow with it."""
    size = max(1, round(sigma * 2.45))
    return ndimage.uniform_filter(ndimage.uniform_filter(values, size), size)
