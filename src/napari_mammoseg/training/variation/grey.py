"""Other grey values, sharpness and grain, as other detectors and windows would give them: whole batches at a time."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional


def blurred(pictures: Tensor, sigma: Tensor, reach: int) -> Tensor:
    """Each picture (n, rows, columns) with its own Gaussian, `sigma` (n,) in pixels; 0 leaves it as it is."""
    chosen = torch.nonzero(sigma > 0)[:, 0]
    if not len(chosen):
        return pictures
    return pictures.index_copy(0, chosen, _blurred(pictures[chosen], sigma[chosen], reach))


def _blurred(pictures: Tensor, sigma: Tensor, reach: int) -> Tensor:
    steps = torch.arange(-reach, reach + 1, device=pictures.device, dtype=torch.float32)
    kernels = torch.exp(-0.5 * (steps / sigma.clamp(min=1e-3)[:, None]) ** 2)
    kernels = (kernels / kernels.sum(dim=1, keepdim=True)).to(pictures.dtype)
    padded = functional.pad(pictures[None], (reach,) * 4, mode="replicate")
    count = len(pictures)
    across = functional.conv2d(padded, kernels[:, None, None, :], groups=count)
    return functional.conv2d(across, kernels[:, None, :, None], groups=count)[0]


def varied(pictures: Tensor, grey: Mapping[str, Tensor], grain: Tensor) -> Tensor:
    """Pictures (n, rows, columns) in 0…1, returned in -1…1 with another gamma, window, contrast, brightness and noise.

    grey: one value per picture, as `drawn_grey` draws them: `gamma`; `steepness` of a window's sigmoid (0: none) and
    its `middle`; `gain`; `offset`; `noise`, which `grain` is multiplied by (normal noise, of the pictures' shape).
    """
    x = pictures.clamp(min=0) ** _each(grey["gamma"])
    x = torch.where(_each(grey["steepness"]) > 0, _windowed(x, grey), x)
    x = x * _each(grey["gain"]) + _each(grey["offset"])
    return 2 * (x + grain * _each(grey["noise"])) - 1


def _windowed(x: Tensor, grey: Mapping[str, Tensor]) -> Tensor:
    steepness, middle = _each(grey["steepness"].clamp(min=0.1)), _each(grey["middle"])
    low, high = (torch.sigmoid(steepness * (each - middle)) for each in (0.0, 1.0))
    return (torch.sigmoid(steepness * (x - middle)) - low) / (high - low)


def _each(values: Tensor) -> Tensor:
    return values[:, None, None]
