"""Windows cut from many pictures: as Pillow cuts them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy import ndimage

from napari_mammoseg.training.packed.stack import Stack
from napari_mammoseg.training.variation.placing import BLANK, Placing


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    random = np.random.default_rng(0)
    smooth = (ndimage.gaussian_filter(random.random(shape), 3) for shape in ((90, 120), (200, 70), (64, 64)))
    return [np.round((each - each.min()) / np.ptp(each) * 255).astype(np.uint8) for each in smooth]


@pytest.mark.parametrize("seed", range(6))
def test_a_turned_window_is_the_one_that_pillow_cuts(pictures: list[np.ndarray], seed: int) -> None:
    random = np.random.default_rng(seed)
    angle, scale, number = random.uniform(0, 6.3), random.uniform(0.7, 1.4), int(random.integers(3))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag([-1.0, 1.0]) * scale
    placed = Placing(turn, np.array(pictures[number].shape)[::-1] * random.uniform(0.3, 0.7), 48)
    expected = np.asarray(placed.picture(pictures[number]), np.float32)
    cut = Stack(pictures).windows(torch.tensor([number]), torch.from_numpy(placed.back())[None], 48, BLANK)[0].numpy()
    inside = ndimage.binary_erosion(np.abs(expected - BLANK) > 0, iterations=2)
    assert inside.sum() > 200
    assert np.abs(cut - expected)[inside].max() <= 1.0


def test_whole_pixels_are_exact_and_beyond_the_picture_it_is_blank(pictures: list[np.ndarray]) -> None:
    corner = torch.tensor([[[1.0, 0, 180], [0, 1, -5]]])
    cut = Stack(pictures).windows(torch.tensor([1]), corner, 32, 7.0, exact=True)[0].numpy()
    np.testing.assert_array_equal(cut[:20, 5:], pictures[1][180:200, :27])
    assert (cut[20:] == 7).all()
    assert (cut[:, :5] == 7).all()
