"""Losses of outlines against MONAI, scikit-learn and by hand."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_mammoseg.training.outlines.losses import LOSSES, box_alone, cross_entropy, dice, focal, jaccard


@pytest.fixture
def given() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    random = torch.Generator().manual_seed(0)
    logits = torch.randn(3, 1, 12, 14, generator=random)
    truth = (torch.rand(3, 1, 12, 14, generator=random) < 0.2).float()
    return logits, truth, torch.ones_like(truth)


def test_cross_entropy_is_scikit_learns(given):
    from sklearn.metrics import log_loss

    logits, truth, _ = given
    wanted = log_loss(truth.flatten().numpy(), torch.sigmoid(logits).flatten().numpy())
    assert float(cross_entropy(*given)) == pytest.approx(wanted, rel=1e-5)


def test_dice_is_monais(given):
    from monai.losses import DiceLoss

    logits, truth, _ = given
    wanted = DiceLoss(sigmoid=True, smooth_nr=1, smooth_dr=1)(logits, truth)
    assert float(dice(*given)) == pytest.approx(float(wanted), rel=1e-5)


def test_focal_is_monais(given):
    from monai.losses import FocalLoss

    logits, truth, _ = given
    wanted = FocalLoss(gamma=2.0, alpha=0.25, use_softmax=False)(logits, truth)
    assert float(focal(*given)) == pytest.approx(float(wanted), rel=1e-5)


def test_jaccard_is_the_distance_of_aungs_code(given):
    logits, truth, _ = given
    p, t = torch.sigmoid(logits).flatten(1).numpy(), truth.flatten(1).numpy()
    both, total = (p * t).sum(1), (p + t).sum(1)
    assert float(jaccard(*given)) == pytest.approx(((1 - (both + 100) / (total - both + 100)) * 100).mean(), rel=1e-4)


def test_cobos_divides_by_the_breasts_pixels_and_not_by_the_weights():
    """Two pixels of mass and two of tissue in the breast, all at a probability of a half, and four outside."""
    logits, truth = torch.zeros(1, 1, 2, 4), torch.tensor([[[[1.0, 1, 0, 0], [1, 0, 1, 0]]]])
    inside = torch.tensor([[[[1.0, 1, 1, 1], [0, 0, 0, 0]]]])
    assert float(LOSSES["cobos-weighted"](logits, truth, inside)) == pytest.approx(np.log(2) * (2 * 0.9 + 2 * 0.1) / 4)
    assert float(LOSSES["cobos-thesis"](logits, truth, inside)) == pytest.approx(np.log(2) * (2 * 15 + 2) / 4)
    assert float(LOSSES["aung-1:1500000"](logits, truth, inside)) == pytest.approx(np.log(2) * (2 * 1.5e6 + 2) / 4)


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_a_right_answer_costs_less_than_a_wrong_one_outside_the_breast_nothing_does(name, given):
    _, truth, _ = given
    inside = torch.zeros_like(truth)
    inside[..., :7] = 1
    right, wrong = 10 * (truth - 0.5), 10 * (0.5 - truth)
    assert LOSSES[name](right, truth, inside) < LOSSES[name](wrong, truth, inside)
    elsewhere = torch.where(inside > 0, right, wrong)
    assert float(LOSSES[name](elsewhere, truth, inside)) == pytest.approx(float(LOSSES[name](right, truth, inside)))


def test_a_known_box_wants_an_answer_that_reaches_its_sides_and_no_farther():
    tight = torch.tensor([[4.0, 6.0, 12.0, 11.0]])

    def cost(top: int, left: int, bottom: int, right: int) -> float:
        logits = torch.full((1, 1, 16, 16), -9.0)
        logits[..., top:bottom, left:right] = 9.0
        return float(box_alone(logits, tight))

    assert cost(4, 6, 12, 11) < 0.01
    assert cost(4, 6, 12, 11) < min(cost(4, 6, 10, 11), cost(4, 6, 14, 11), cost(4, 7, 12, 11), cost(2, 6, 12, 11))
