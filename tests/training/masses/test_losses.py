"""Losses of a detector of masses: small for the right answer alone, and those of boxes by hand."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from napari_mammoseg.training.masses.losses import losses
from napari_mammoseg.training.masses.targets import targets


@pytest.fixture
def wanted() -> dict[str, Tensor]:
    """Of one benign mass, 40 x 24 pixels, on a crop of 128."""
    return targets(
        torch.tensor([[[40.0, 48, 80, 72]]]), torch.zeros(1, 1, dtype=torch.int64), torch.empty(1, 0, 4), 128, 8
    )


def test_losses_are_small_for_the_right_answer_alone(wanted: dict[str, Tensor]) -> None:
    right = (wanted["centre"][:, None] * 24 - 12, wanted["reach"].clamp(min=0.3), torch.full((1, 1, 16, 16), -9.0))
    wrong = (torch.zeros(1, 1, 16, 16), torch.ones(1, 4, 16, 16), torch.full((1, 1, 16, 16), 9.0))
    good, bad = losses(right, wanted), losses(wrong, wanted)
    assert all(float(good[name]) < 0.05 < float(bad[name]) for name in good)


def test_giou_loss_is_that_of_two_boxes_by_hand(wanted: dict[str, Tensor]) -> None:
    centre_alone = wanted | {"weight": wanted["centre"]}
    reach = wanted["reach"].clone()
    reach[:, 2] += 2.5  # half as long again downwards: IoU 5 / 7.5, the hull is the larger box
    parts = losses((torch.zeros(1, 1, 16, 16), reach, torch.zeros(1, 1, 16, 16)), centre_alone)
    assert float(parts["box"]) == pytest.approx(1 - 5 / 7.5, rel=1e-4)
