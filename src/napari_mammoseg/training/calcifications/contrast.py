"""`tissue.contrast.local_contrast` of whole batches of windows, on whatever device they are on."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn import functional

from napari_mammoseg.tissue.contrast import BACKGROUND_MM, COARSE, STEADYING, TEXTURE_MM

LEAST = 1e-6


def local_contrast(pixels: Tensor, inside: Tensor, spacing_mm: float, typical: Tensor) -> Tensor:
    """Local contrast (n, rows, columns) of square windows whose sides divide by COARSE.

    inside: 1 where the breast is, else 0. typical: (n,), the mean texture of the whole breast that each is cut from.
    """
    difference = (pixels - surroundings(pixels * inside, inside, BACKGROUND_MM / spacing_mm)) * inside
    texture = surroundings(difference.abs(), inside, TEXTURE_MM / spacing_mm)
    return torch.asinh(difference / (texture + STEADYING * typical[:, None, None]).clamp(min=LEAST))


def mean_texture(pixels: Tensor, inside: Tensor, spacing_mm: float) -> Tensor:
    """The mean texture of each window, (n,): how far its grey is from the tissue around, averaged over the breast."""
    difference = (pixels - surroundings(pixels * inside, inside, BACKGROUND_MM / spacing_mm)).abs() * inside
    return difference.sum(dim=(1, 2)) / inside.sum(dim=(1, 2)).clamp(min=1)


def surroundings(weighted: Tensor, weight: Tensor, sigma: float) -> Tensor:
    """As `tissue.contrast.surroundings`."""
    filters = _filters(weighted.shape[1] // COARSE, sigma / COARSE).to(weighted.device)
    total, share = (
        filters @ functional.avg_pool2d(each[:, None], COARSE)[:, 0] @ filters.T for each in (weighted, weight)
    )
    ratio = total / share.clamp(min=1e-3)
    return functional.interpolate(ratio[:, None], scale_factor=float(COARSE), mode="bilinear", align_corners=False)[
        :, 0
    ]


@cache
def _filters(length: int, sigma: float) -> Tensor:
    """The Gaussian along one side as a matrix."""
    return torch.from_numpy(ndimage.gaussian_filter1d(np.eye(length, dtype=np.float32), sigma, axis=0, truncate=3.0))
