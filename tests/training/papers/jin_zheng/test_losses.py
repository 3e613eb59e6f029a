"""The losses of SSD."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_mammoseg.training.papers.jin_zheng.losses import box_losses


def test_loss_counts_three_hard_negatives_for_a_positive() -> None:
    confidence = torch.zeros(1, 10, 3)
    confidence[0, 5:9, 1] = torch.tensor([5.0, 4.0, 3.0, 2.0])
    labels = torch.zeros(1, 10, dtype=torch.long)
    labels[0, 0], labels[0, 5] = 2, -1  # the loudest background box is left out
    wanted = torch.zeros(1, 10, 4)
    offsets = torch.zeros(1, 10, 4)
    offsets[0, 0] = torch.tensor([0.5, 2.0, 0.0, 0.0])
    parts = box_losses(confidence, offsets, labels, wanted)
    hard = sum(-torch.log_softmax(torch.tensor([0.0, each, 0.0]), 0)[0] for each in (4.0, 3.0, 2.0))
    assert float(parts["classes"]) == pytest.approx(float(np.log(3) + hard), rel=1e-5)
    assert float(parts["places"]) == pytest.approx(0.125 + 1.5)


def test_loss_without_any_mass_is_finite() -> None:
    parts = box_losses(
        torch.zeros(2, 5, 3), torch.zeros(2, 5, 4), torch.zeros(2, 5, dtype=torch.long), torch.zeros(2, 5, 4)
    )
    assert all(torch.isfinite(each) for each in parts.values())
