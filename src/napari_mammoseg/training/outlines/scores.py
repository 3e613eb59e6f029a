"""How well a network outlines masses in loosely drawn boxes, on crops held out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from napari_mammoseg.evaluation.boxed import BOXES
from napari_mammoseg.training.outlines.crops import Crop, by_set
from napari_mammoseg.training.outlines.views import Held, drawn, views

AT_ONCE = 64
CHOICES = np.round(np.arange(0.2, 0.81, 0.05), 2)


def in_loose_boxes(network: nn.Module, crops: Sequence[Crop], size: int, context: float) -> NDArray[np.float64]:
    """Dice at each threshold of CHOICES of each crop, the mean of BOXES boxes: (crops, thresholds).

    The boxes follow from the crop's name alone; what lies outside the box is no part of the answer.
    """
    held = Held.of(crops).on(next(network.parameters()).device)
    numbers = torch.from_numpy(np.concatenate([drawn(_seeded(each.name), BOXES) for each in crops])).to(
        held.points.device
    )
    which = torch.arange(len(crops), device=numbers.device).repeat_interleave(BOXES)
    found = []
    with torch.inference_mode():
        for start in range(0, len(which), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            seen = views(held, which[part], numbers[part], size, context, varied=False)
            found.append(_dice(turned_mean(network, seen.inputs), seen.inputs[:, 1] >= 0, seen.masks > 0.5))
    return torch.cat(found).view(len(crops), BOXES, -1).mean(1).cpu().double().numpy()


def turned_mean(network: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
    """The mean probability (n, h, w) over the eight ways to turn and mirror the square inputs (n, c, h, w)."""
    total = torch.zeros_like(inputs[:, 0])
    for turns in range(4):
        for mirrored in (False, True):
            x = torch.rot90(inputs, turns, (2, 3))
            p = torch.sigmoid(network(x.flip(3) if mirrored else x).float())
            total += torch.rot90(p.flip(3) if mirrored else p, -turns, (2, 3))[:, 0]
    return total / 8


def of_sets(dice: NDArray[np.float64], crops: Sequence[Crop]) -> dict[str, float]:
    """The mean over data sets first, at a threshold of 0.5, then each set's."""
    at = int(np.argmin(np.abs(CHOICES - 0.5)))
    sets = {name: float(dice[places, at].mean()) for name, places in by_set(crops).items()}
    return {"mean Dice": float(np.mean(list(sets.values()))), **{f"{name} Dice": value for name, value in sets.items()}}


def _dice(probability: Tensor, inside: Tensor, truth: Tensor) -> Tensor:
    """(n, thresholds)."""
    p = torch.where(inside, probability, 0.0)[:, None]
    answer = p >= torch.from_numpy(CHOICES).to(p)[:, None, None]
    both, total = (answer & truth[:, None]).sum((2, 3)), answer.sum((2, 3)) + truth.sum((1, 2))[:, None]
    return 2 * both / total


def _seeded(name: str) -> np.random.Generator:
    return np.random.default_rng(list(name.encode()))
