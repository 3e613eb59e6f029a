"""Pixel scores against scikit-learn and MONAI."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, jaccard_score, precision_score, recall_score

from napari_mammoseg.evaluation.overlap import Pixels, per_image, pooled


def masks(seed: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return rng.random((20, 30)) < 0.3, rng.random((20, 30)) < 0.2


@pytest.mark.parametrize("seed", range(3))
def test_measures_are_those_of_scikit_learn(seed):
    marked, truth = masks(seed)
    pixels, flat = Pixels.of(marked, truth), (truth.ravel(), marked.ravel())
    assert pixels.dice == pytest.approx(f1_score(*flat))
    assert pixels.iou == pytest.approx(jaccard_score(*flat))
    assert pixels.sensitivity == pytest.approx(recall_score(*flat))
    assert pixels.precision == pytest.approx(precision_score(*flat))
    assert pixels.specificity == pytest.approx(recall_score(*flat, pos_label=0))
    assert pixels.accuracy == pytest.approx(accuracy_score(*flat))
    assert pixels.g_mean**2 == pytest.approx(recall_score(*flat) * recall_score(*flat, pos_label=0))


def test_cobos_own_table_holds_together():
    """Experiment 1 (slide 19): F1 and G-mean follow from the other columns."""
    pixels = Pixels(243, 1230, 757, 94_000)
    assert pixels.dice == pytest.approx(2 * pixels.iou / (1 + pixels.iou))
    assert (pixels.iou, pixels.dice, pixels.g_mean) == pytest.approx((0.109, 0.197, 0.49), abs=2e-3)


def test_pooled_counts_pixels_and_per_image_averages_images():
    small, large = Pixels(1, 0, 1, 98), Pixels(90, 10, 0, 0)
    assert pooled([small, large], "dice") == pytest.approx(2 * 91 / (2 * 91 + 10 + 1))
    assert per_image([small, large], "dice") == pytest.approx((2 / 3 + 180 / 190) / 2)


def test_an_image_with_neither_lesion_nor_mark_has_no_dice_and_does_not_count():
    empty = Pixels(0, 0, 0, 100)
    assert np.isnan(empty.dice)
    assert per_image([empty, Pixels(1, 1, 0, 0)], "dice") == pytest.approx(2 / 3)
    assert np.isnan(per_image([empty], "dice"))


def test_outside_the_breast_nothing_counts():
    marked, truth = masks(0)
    inside = np.zeros_like(marked)
    inside[:, :15] = True
    assert Pixels.of(marked, truth, inside) == Pixels.of(marked[:, :15], truth[:, :15])


def test_the_mean_dice_is_monais():
    import torch
    from monai.metrics import DiceMetric

    pairs = [masks(seed) for seed in range(4)]
    metric = DiceMetric(reduction="mean")
    marked, truth = (torch.tensor(np.stack([pair[k] for pair in pairs])[:, None].astype(np.float32)) for k in (0, 1))
    metric(marked, truth)
    assert per_image([Pixels.of(*pair) for pair in pairs], "dice") == pytest.approx(float(metric.aggregate()))
