"""What other detectors and digitisers would make of a piece of tissue: whole batches of windows at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import torch
from numpy.random import Generator
from numpy.typing import NDArray
from torch import Tensor

from napari_mammoseg.training.variation.grey import blurred

SPECKS = 12
"""Specks of dust in a window."""
SCRATCHED = 0.3
"""Share of the dusty windows that have a scratch, too, half as bright."""
FARTHEST_PX = 80.0
"""How far from the window's middle a scratch may run."""


def as_another_detector(
    windows: Tensor, drawn: Mapping[str, Tensor], texture: Tensor, random: torch.Generator | None = None
) -> Tensor:
    """Windows (n, side, side) in 0…1 with dust and a scratch, of other grey scale, sharpness, grain and grey steps.

    drawn: one number per window, from `drawn.drawn_detector`. texture: (n,), how far the tissue's grey is from the
    tissue around; dust and grain are so many times as bright. random: torch's own generator where it is None.
    """
    strength = drawn["dust"] * texture
    windows = torch.where(drawn["dust"][:, None, None] > 0, _dusty(windows, strength, random), windows)
    windows = windows.clamp(min=0) ** drawn["gamma"][:, None, None]
    windows = blurred(windows, drawn["softer"], 3)
    grain = torch.randn(windows.shape, generator=random, device=windows.device)
    windows = windows + grain * (texture * drawn["noise"])[:, None, None]
    steps = drawn["steps"][:, None, None]
    return ((windows * steps).round() / steps).clamp(0, 1)


def another_detector(
    pixels: NDArray[np.float32], drawn: Mapping[str, np.float32], texture: float, rng: Generator
) -> NDArray[np.float32]:
    """The same of one window (rows, columns)."""
    random = torch.Generator().manual_seed(int(rng.integers(2**31)))
    numbers = {name: torch.tensor([value]) for name, value in drawn.items()}
    window = torch.from_numpy(np.ascontiguousarray(pixels))[None]
    found = as_another_detector(window, numbers, torch.tensor([texture], dtype=torch.float32), random)
    return np.asarray(found[0].numpy())


def _dusty(windows: Tensor, strength: Tensor, random: torch.Generator | None) -> Tensor:
    """A few specks and a scratch, sharp to the pixel; a calcification, seen through a screen, never is."""
    count, rows, columns = windows.shape
    device = windows.device
    dust = torch.zeros(count, rows * columns, device=device)
    dust.scatter_(1, torch.randint(rows * columns, (count, SPECKS), generator=random, device=device), 1.0)
    dust = dust.view_as(windows)
    numbers = torch.rand(3, count, generator=random, device=device)
    angle, away = math.pi * numbers[0, :, None, None], FARTHEST_PX * numbers[1, :, None, None]
    down = torch.arange(rows, device=device)[:, None] - rows / 2
    across = torch.arange(columns, device=device) - columns / 2
    line = torch.cos(angle) * down + torch.sin(angle) * across - away
    scratched = numbers[2, :, None, None] < SCRATCHED
    dust = torch.maximum(dust, 0.5 * ((line.abs() < 0.5) & scratched))
    return (windows + strength[:, None, None] * dust).clamp(0, 1)
