"""How well a calcification network does on patients that it has not seen, while it trains."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from napari_mammoseg.evaluation.roc import auc
from napari_mammoseg.training.calcifications.windows import Region

BEST = 4


def patch_scores(network: nn.Module, patches: Sequence[Region], side: int) -> dict[str, float]:
    """Area under the curve, calcified against free patches: by their best pixels, and by their mean region."""
    truth = np.array([each.calcified for each in patches])
    if truth.all() or not truth.any():
        return {}
    pixels, regions = zip(*(_answers(network, each, side) for each in patches), strict=True)
    return {"auc_pixels": float(auc(pixels, truth)), "auc_regions": float(auc(regions, truth))}


def _answers(network: nn.Module, patch: Region, side: int) -> tuple[float, float]:
    missing = [(0, side - each) for each in patch.contrast.shape]
    picture = np.pad(patch.contrast, missing, mode="edge")
    device = next(network.parameters()).device
    with torch.inference_mode():
        own, region = network(torch.from_numpy(picture)[None, None].to(device))[0].float().cpu().numpy()
    rows, columns = patch.contrast.shape
    return float(np.sort(own[:rows, :columns], axis=None)[-BEST:].mean()), float(region[:rows, :columns].mean())
