"""Scores of a calcification network while it trains."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from napari_mammoseg.training.calcifications.scores import patch_scores
from napari_mammoseg.training.calcifications.windows import Region


class Brightness(nn.Module):
    """Sees a calcification wherever it is bright."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1))

    def forward(self, x):
        return torch.cat([self.gain * x, self.gain * x], dim=1)


def patch(level, calcified):
    return Region(np.full((60, 60), level, np.float32), np.ones((60, 60), bool), calcified)


def test_a_network_that_tells_them_apart_scores_one_and_one_that_does_not_less():
    apart = [patch(1.0, True), patch(2.0, True), patch(0.0, False), patch(0.5, False)]
    assert patch_scores(Brightness(), apart, 64) == {"auc_pixels": 1.0, "auc_regions": 1.0}
    mixed = [patch(1.0, True), patch(0.0, True), patch(0.5, False)]
    assert patch_scores(Brightness(), mixed, 64)["auc_regions"] == 0.5


def test_without_patches_of_both_sorts_there_is_nothing_to_score():
    assert patch_scores(Brightness(), [], 64) == {}
    assert patch_scores(Brightness(), [patch(1.0, True)], 64) == {}
