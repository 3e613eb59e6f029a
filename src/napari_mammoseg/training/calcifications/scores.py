"""How well a calcification network does on patients that it has not seen, while it trains."""

from __future__ import annotations

import torch
from torch import nn

from napari_mammoseg.evaluation.roc import auc
from napari_mammoseg.training.calcifications.patches import Patches

BEST = 4


def patch_scores(network: nn.Module, patches: Patches) -> dict[str, float]:
    """Area under the curve, calcified against free patches: by their best pixels, and by their mean region."""
    truth = patches.calcified
    if truth.all() or not truth.any():
        return {}
    contrast, meant = patches.everything(next(network.parameters()).device)
    with torch.inference_mode():
        own, region = network(contrast[:, None]).float().unbind(dim=1)
    best = torch.where(meant, own, -torch.inf).flatten(1).topk(BEST, dim=1).values.mean(dim=1)
    mean = (region * meant).sum(dim=(1, 2)) / meant.sum(dim=(1, 2))
    return {"auc_pixels": float(auc(best.cpu().numpy(), truth)), "auc_regions": float(auc(mean.cpu().numpy(), truth))}
