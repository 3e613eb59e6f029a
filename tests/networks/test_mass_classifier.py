"""The size of mass-classifier, and what it answers."""

from __future__ import annotations

import torch

from napari_mammoseg.models import MODELS


def test_its_weights_are_less_than_ten_megabytes_in_half_precision() -> None:
    network = MODELS["mass-classifier"].build()
    assert 2 * sum(each.numel() for each in network.parameters()) < 10_000_000


def test_it_says_one_number_a_picture() -> None:
    network = MODELS["mass-classifier"].build().eval()
    assert network(torch.zeros(3, 1, 160, 160)).shape == (3, 1)
