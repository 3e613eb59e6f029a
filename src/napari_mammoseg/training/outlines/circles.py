"""Losses of a network that says where a mass is as a circle (Aung 2018, section V A)."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch
from torch import Tensor

from napari_mammoseg.training.outlines.pictures import Shown


def circle_of(shown: Shown) -> Tensor:
    """A circle (1, 3) at the largest mass, of its area: column, row and radius in units of the picture's side."""
    masses = shown.masses[0, 0]
    sizes = torch.bincount(masses.flatten().long())
    sizes[0] = 0
    rows, columns = torch.nonzero(masses == int(sizes.argmax()), as_tuple=True)
    radius = math.sqrt(int(sizes.max()) / math.pi)
    middle = [float(each.float().mean()) + 0.5 for each in (columns, rows)]
    return torch.tensor([[*middle, radius]], device=masses.device) / masses.shape[0]


def log_cosh(found: Tensor, wanted: Tensor) -> Tensor:
    """log(cosh(difference)) without overflow."""
    far = (found - wanted).abs()
    return (far + torch.nn.functional.softplus(-2 * far) - math.log(2)).mean()


CIRCLE_LOSSES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "circle-squared": torch.nn.functional.mse_loss,
    "circle-absolute": torch.nn.functional.l1_loss,
    "circle-log-cosh": log_cosh,
}
