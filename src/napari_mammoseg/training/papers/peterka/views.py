"""Peterka's classical augmentation (section 3.2): mirrored, turned by up to 30°, zoomed from 0.75 to 1.25."""

from __future__ import annotations

import math

import torch
from torch import Generator, Tensor
from torch.nn import functional

TURNED = math.radians(30)
ZOOMS = 0.75, 1.25


def views(pictures: Tensor, count: int, seed: int = 0) -> Tensor:
    """(count, n, 1, side, side): the pictures (n, 1, side, side) themselves, then random views of them."""
    random = torch.Generator().manual_seed(seed)
    return torch.stack([pictures, *(_drawn(pictures, random) for _ in range(count - 1))])


def _drawn(pictures: Tensor, random: Generator) -> Tensor:
    numbers = torch.rand(len(pictures), 3, generator=random)
    angle = TURNED * (2 * numbers[:, 0] - 1)
    shrunk = 1 / (ZOOMS[0] + (ZOOMS[1] - ZOOMS[0]) * numbers[:, 1])
    mirror = 1 - 2 * (numbers[:, 2] < 0.5).float()
    cos, sin, zero = shrunk * angle.cos(), shrunk * angle.sin(), torch.zeros_like(angle)
    rows = torch.stack([cos * mirror, -sin, zero], dim=1), torch.stack([sin * mirror, cos, zero], dim=1)
    grid = functional.affine_grid(torch.stack(rows, dim=1), list(pictures.shape), align_corners=False)
    return functional.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)
