"""Scores of a calcification network while it trains."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from napari_mammoseg.training.calcifications.packed import Film
from napari_mammoseg.training.calcifications.patches import Patches
from napari_mammoseg.training.calcifications.scores import patch_scores


class Brightness(nn.Module):
    """Sees a calcification wherever it is bright."""

    def __init__(self) -> None:
        super().__init__()
        self.gain = nn.Parameter(torch.ones(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.cat([self.gain * x, self.gain * x], dim=1)


def patch(specks: int, calcified: bool) -> Film:
    """A patch of noise with so many bright specks."""
    random = np.random.default_rng(specks)
    pixels = random.integers(90, 110, (60, 60)).astype(np.uint8)
    pixels[tuple(random.integers(5, 55, (2, specks)))] = 250
    lists = np.zeros((0, 4), np.float32), np.zeros((0, 3), np.float32)
    return Film("infn-calcifications", "a", "w", "patch", 0.085, 1, 0.0, calcified, *lists, pixels, pixels > 0, None)


def test_a_network_that_tells_them_apart_scores_one_and_one_that_does_not_less() -> None:
    apart = Patches([patch(8, True), patch(12, True), patch(0, False)])
    assert patch_scores(Brightness(), apart)["auc_pixels"] == 1.0
    mixed = Patches([patch(8, True), patch(0, True), patch(4, False)])
    assert patch_scores(Brightness(), mixed)["auc_pixels"] < 1.0


def test_without_patches_of_both_sorts_there_is_nothing_to_score() -> None:
    assert patch_scores(Brightness(), Patches([])) == {}
    assert patch_scores(Brightness(), Patches([patch(4, True)])) == {}
