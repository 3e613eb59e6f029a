"""How well a network outlines masses in loosely drawn boxes, on crops held out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from napari_mammoseg.evaluation.boxed import BOXES
from napari_mammoseg.evaluation.thresholds import Levels, total
from napari_mammoseg.training.outlines.crops import Crop, by_set
from napari_mammoseg.training.outlines.views import Held, drawn, views

AT_ONCE = 64


def in_loose_boxes(network: nn.Module, crops: Sequence[Crop], size: int, context: float) -> list[list[Levels]]:
    """For each crop the pixel counts of each of BOXES boxes at every threshold; only the box's pixels count.

    The boxes depend on the crop's name alone.
    """
    held = Held.of(crops).on(next(network.parameters()).device)
    numbers = torch.from_numpy(np.concatenate([drawn(_seeded(each.name), BOXES) for each in crops])).to(
        held.points.device
    )
    which = torch.arange(len(crops), device=numbers.device).repeat_interleave(BOXES)
    found: list[Levels] = []
    with torch.inference_mode():
        for start in range(0, len(which), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            seen = views(held, which[part], numbers[part], size, context, varied=False)
            probability, inside = turned_mean(network, seen.inputs), seen.inputs[:, 1] >= 0
            each = zip(*(values.cpu().numpy() for values in (probability, seen.masks > 0.5, inside)), strict=True)
            found += [Levels.of(*values) for values in each]
    return [found[start : start + BOXES] for start in range(0, len(found), BOXES)]


def turned_mean(network: Callable[[Tensor], Tensor], inputs: Tensor) -> Tensor:
    """The mean probability (n, h, w) over the eight ways to turn and mirror the square inputs (n, c, h, w)."""
    total = torch.zeros_like(inputs[:, 0])
    for turns in range(4):
        for mirrored in (False, True):
            x = torch.rot90(inputs, turns, (2, 3))
            p = torch.sigmoid(network(x.flip(3) if mirrored else x).float())
            total += torch.rot90(p.flip(3) if mirrored else p, -turns, (2, 3))[:, 0]
    return total / 8


def of_sets(levels: Sequence[Sequence[Levels]], crops: Sequence[Crop]) -> dict[str, float]:
    """The mean Dice at a threshold of 0.5, of all data sets and of each; a mass counts with the mean of its boxes."""
    dice = np.array([np.mean([box.at(0.5).dice for box in boxes]) for boxes in levels])
    sets = {name: float(dice[places].mean()) for name, places in by_set(crops).items()}
    return {"mean Dice": float(np.mean(list(sets.values()))), **{f"{name} Dice": value for name, value in sets.items()}}


def thresholds(levels: Sequence[Sequence[Levels]]) -> dict[str, float]:
    """The best threshold by each rule, over the pixels of all boxes."""
    return total(box for boxes in levels for box in boxes).chosen


def _seeded(name: str) -> np.random.Generator:
    return np.random.default_rng(list(name.encode()))
