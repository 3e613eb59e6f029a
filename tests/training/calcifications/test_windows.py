"""Windows to train on: what they ask is what was put in."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage

from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.training.calcifications.losses import bag_loss, overlap_loss, pixel_loss
from napari_mammoseg.training.calcifications.windows import CELL, WINDOW, Region, Tissue


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


def test_a_marked_region_is_a_bag_and_nothing_is_asked_around_it():
    pixels = np.random.default_rng(0).random((300, 300)).astype(np.float32)
    (region,) = Region.around(Mammogram.of(pixels).with_spacing(0.085), [(100, 120, 140, 170)])
    assert region.meant.sum() == 40 * 50
    window = region.draw(np.random.default_rng(0))
    assert window.bag.any()
    assert (window.calcified == -1).all()
    assert set(np.unique(window.region)) <= {-1, 1}


def test_a_free_patch_asks_for_nothing_anywhere_in_it():
    region = Region.whole(Mammogram.of(np.random.default_rng(0).random((60, 60))).with_spacing(0.085), False)
    window = region.draw(np.random.default_rng(0), 64)
    assert window.bag is None
    assert (window.calcified == 0).sum() == 60 * 60


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
