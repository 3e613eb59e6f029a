"""Windows to train on: what they ask is what was put in."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage

from napari_mammoseg.training.calcifications.detectors import another_detector
from napari_mammoseg.training.calcifications.losses import bag_loss, mark_loss, overlap_loss, pixel_loss
from napari_mammoseg.training.calcifications.windows import CELL, WINDOW, Tissue


@pytest.fixture(scope="module")
def tissue():
    noise = np.random.default_rng(0).standard_normal((400, 400))
    grey = 110 + 400 * ndimage.gaussian_filter(noise, 8) + 8 * ndimage.gaussian_filter(noise, 1)
    return Tissue(np.clip(grey, 0, 255).astype(np.uint8), 0.1)


def test_a_window_with_insertions_asks_for_bright_pixels(tissue):
    rng = np.random.default_rng(1)
    windows = [tissue.draw(rng, True) for _ in range(10)]
    assert all(each.contrast.shape == each.calcified.shape == (WINDOW, WINDOW) for each in windows)
    assert all(each.region.shape == (WINDOW // CELL, WINDOW // CELL) for each in windows)
    bright = np.concatenate([each.contrast[each.calcified == 1] for each in windows])
    others = np.concatenate([each.contrast[each.calcified == 0] for each in windows])
    assert len(bright) > 50
    assert np.median(bright) > np.percentile(others, 90)


def test_a_window_of_free_tissue_asks_for_nothing(tissue):
    window = tissue.draw(np.random.default_rng(2), False)
    assert not window.calcified.any()
    assert not window.region.any()


def test_the_same_generator_gives_the_same_window(tissue):
    first, second = (tissue.draw(np.random.default_rng(3), True) for _ in range(2))
    np.testing.assert_array_equal(first.contrast, second.contrast)
    np.testing.assert_array_equal(first.calcified, second.calcified)


def test_dust_follows_the_amplification_of_the_picture():
    pixels = np.random.default_rng(4).uniform(0.2, 0.3, (64, 64)).astype(np.float32)
    still = {"dust": 20.0, "gamma": 1.0, "softer": 0.0, "noise": 0.0, "steps": 1e6}
    drawn = {name: np.float32(value) for name, value in still.items()}
    plain, faint = (
        another_detector(share * pixels, drawn, share * 0.01, np.random.default_rng(5)) for share in (1.0, 0.25)
    )
    assert (plain > 0.35).any()
    np.testing.assert_allclose(faint, 0.25 * plain, atol=1e-5)


def test_losses_are_small_for_the_truth_and_large_for_its_opposite():
    truth = torch.zeros(2, 32, 32, dtype=torch.int8)
    truth[:, 8:14, 8:14] = 1
    right = torch.where(truth == 1, 9.0, -9.0)
    for loss in (pixel_loss, overlap_loss):
        assert float(loss(right, truth)) < 0.02
        assert float(loss(-right, truth)) > 0.4
    bags = torch.ones(2, 32, 32, dtype=torch.bool)
    assert float(bag_loss(right, bags).mean()) < 0.01
    assert float(bag_loss(torch.full_like(right, -9.0), bags).mean()) > 5


def test_a_mark_asks_for_a_calcification_near_it_and_no_mark_for_nothing():
    logits = torch.full((1, 64, 64), -9.0)
    marks = torch.tensor([[[20.0, 30.0, 2.5], [0.0, 0.0, 0.0], [90.0, 10.0, 3.0]]])
    missed = float(mark_loss(logits, marks))
    logits[0, 20:22, 30:32] = 9.0
    assert missed > 0.5
    assert float(mark_loss(logits, marks)) < 0.01
    assert float(mark_loss(logits, torch.zeros(1, 2, 3))) == 0
