"""Losses of a calcification network: by exact truth, and by bags where a person only said that there are some."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

CELL = 8
REACH = 5
BEST = 12
"""At least so many pixels of a marked region must be calcified."""


def losses(network: nn.Module, batch: Mapping[str, Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The parts of the loss, by name, over the windows of all sizes in the batch."""
    parts = [(network(part["contrast"]), part) for part in batch.values()]
    bags = torch.cat([bag_loss(answer[:, 0], part["bag"]) for answer, part in parts])
    return {
        "pixels": torch.stack([pixel_loss(answer[:, 0], part["calcified"]) for answer, part in parts]).mean(),
        "overlap": 0.5 * overlap_loss(parts[0][0][:, 0], parts[0][1]["calcified"]),
        "bags": 0.3 * (bags.mean() if len(bags) else bags.sum()),
        "regions": torch.stack([region_loss(answer[:, 1], part) for answer, part in parts]).mean(),
        "marks": mark_loss(parts[0][0][:, 0], parts[0][1]["marks"]),
    }


def mark_loss(logits: Tensor, marks: Tensor) -> Tensor:
    """At each mark some pixels must be calcified; marks (n, k, 3): row, column and radius, 0 where there is none.

    Of the 11 × 11 pixels around a mark only those within its radius count, of them the likeliest three.
    """
    side = logits.shape[1]
    row, column, radius = marks.unbind(dim=2)
    real = (radius > 0) & (row >= 0) & (row < side) & (column >= 0) & (column < side)
    window, number = torch.nonzero(real, as_tuple=True)
    row, column, radius = (each[window, number][:, None, None] for each in (row, column, radius))
    steps = torch.arange(-REACH, REACH + 1, device=logits.device)
    down, across = row.round().long() + steps[:, None], column.round().long() + steps
    near = (down - row) ** 2 + (across - column) ** 2 <= radius.clamp(min=1.5) ** 2
    there = near & (down >= 0) & (down < side) & (across >= 0) & (across < side)
    around = logits[window[:, None, None], down.clamp(0, side - 1), across.clamp(0, side - 1)]
    best = torch.where(there, around, -20.0).flatten(1).topk(3, dim=1).values
    return functional.softplus(-best.mean(dim=1)).sum() / (len(best) + 10)


def pixel_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy over the pixels of truth 0 or 1, calcified ones counted three times, per calcified pixel."""
    each = functional.binary_cross_entropy_with_logits(
        logits, (truth == 1).float(), pos_weight=logits.new_tensor(3.0), reduction="none"
    )
    return (each * (truth >= 0)).sum() / ((truth == 1).sum() + 40 * len(truth))


def overlap_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """1 - Dice of the windows that have calcified pixels."""
    some = (truth == 1).flatten(1).any(dim=1)
    probability = torch.sigmoid(logits[some]) * (truth[some] >= 0)
    wanted = (truth[some] == 1).float()
    both = (probability * wanted).sum(dim=(1, 2))
    dice = (2 * both + 5) / (probability.sum(dim=(1, 2)) + wanted.sum(dim=(1, 2)) + 5)
    return (1 - dice).sum() / max(1, len(dice))


def bag_loss(logits: Tensor, bags: Tensor) -> Tensor:
    """One value per bag of pixels: those with the highest probability must be calcified."""
    filled = bags.flatten(1).sum(dim=1) >= 200
    best = torch.where(bags, logits, -torch.inf)[filled].flatten(1).topk(BEST, dim=1).values
    return functional.softplus(-best.mean(dim=1))


def region_loss(logits: Tensor, part: Mapping[str, Tensor]) -> Tensor:
    """Cross-entropy over the cells of truth 0 or 1; of a bag, the likeliest third of the cells must be calcified."""
    cells, truth = logits[:, ::CELL, ::CELL].flatten(1), part["region"].flatten(1)
    bagged = part["bag"].flatten(1).any(dim=1)[:, None]
    best = torch.where(truth == 1, cells, -torch.inf).sort(dim=1, descending=True).values
    third = torch.arange(cells.shape[1], device=cells.device) < (truth == 1).sum(dim=1, keepdim=True).div(
        3
    ).floor().clamp(min=1)
    counted = torch.where(bagged, third & best.isfinite(), truth >= 0)
    wanted = torch.where(bagged, 1.0, (truth == 1).to(cells.dtype))
    asked = torch.where(counted, torch.where(bagged, best, cells), 0.0)
    each = functional.binary_cross_entropy_with_logits(asked, wanted, reduction="none") * counted
    some = counted.any(dim=1)
    return (each.sum(dim=1) / counted.sum(dim=1).clamp(min=1)).sum() / some.sum().clamp(min=1)
