"""Losses of a calcification network: by exact truth, and by bags where a person only saw that there are some."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

CELL = 8
BEST = 12
"""Pixels of a marked region that must be calcified at least."""


def losses(network: nn.Module, batch: Mapping[str, Mapping[str, Tensor]]) -> dict[str, Tensor]:
    """The parts of the loss, of windows of all sizes in the batch."""
    parts = [(network(part["contrast"]), part) for part in batch.values()]
    bags = torch.cat([bag_loss(answer[:, 0], part["bag"]) for answer, part in parts])
    return {
        "pixels": torch.stack([pixel_loss(answer[:, 0], part["calcified"]) for answer, part in parts]).mean(),
        "overlap": 0.5 * overlap_loss(parts[0][0][:, 0], parts[0][1]["calcified"]),
        "bags": 0.3 * (bags.mean() if len(bags) else bags.sum()),
        "regions": torch.stack([region_loss(answer[:, 1], part) for answer, part in parts]).mean(),
    }


def pixel_loss(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy over the pixels that are asked (truth 0 or 1), calcified ones threefold, per calcified pixel."""
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
    """One value a bag: its best pixels must be calcified."""
    filled = bags.flatten(1).sum(dim=1) >= 200
    best = torch.where(bags, logits, -torch.inf)[filled].flatten(1).topk(BEST, dim=1).values
    return functional.softplus(-best.mean(dim=1))


def region_loss(logits: Tensor, part: Mapping[str, Tensor]) -> Tensor:
    """Cross-entropy over the cells that are asked; of a bag the best third of the cells must be calcified tissue."""
    cells, truth = logits[:, ::CELL, ::CELL], part["region"]
    bagged = part["bag"].flatten(1).any(dim=1)
    each = []
    for own, wanted, bag in zip(cells, truth, bagged, strict=True):
        if bag and (wanted == 1).any():
            chosen = own[wanted == 1]
            each.append(functional.softplus(-chosen.topk(max(1, len(chosen) // 3)).values).mean())
        elif not bag and (wanted >= 0).any():
            asked = wanted >= 0
            each.append(functional.binary_cross_entropy_with_logits(own[asked], (wanted[asked] == 1).float()))
    return torch.stack(each).mean()
