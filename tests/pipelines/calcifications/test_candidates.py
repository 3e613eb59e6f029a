"""Peaks of a map, and the pixels that belong to each."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from napari_mammoseg.pipelines.calcifications.candidates import candidates


def spots(places, heights, shape=(80, 90), sigma=2.0):
    image = np.zeros(shape, np.float32)
    for (row, column), height in zip(places, heights, strict=True):
        spot = np.zeros(shape, np.float32)
        spot[row, column] = 1
        spot = ndimage.gaussian_filter(spot, sigma)
        image = np.maximum(image, height * spot / spot.max())
    return image


def test_each_spot_is_one_candidate_in_falling_order():
    found = candidates(spots([(20, 20), (60, 70), (40, 30)], [0.5, 0.9, 0.7]), 0.05, 100)
    np.testing.assert_allclose(found.scores, [0.9, 0.7, 0.5], rtol=1e-5)
    assert list(zip(found.rows, found.columns, strict=True)) == [(60, 70), (40, 30), (20, 20)]


def test_touching_spots_are_told_apart():
    found = candidates(spots([(40, 40), (40, 48)], [0.9, 0.8]), 0.05, 100)
    assert len(found.scores) == 2


def test_a_spot_ends_at_half_its_height():
    image = spots([(40, 40)], [0.8], sigma=4.0)
    found = candidates(image, 0.05, 100)
    np.testing.assert_array_equal(found.labels == 1, image >= 0.4)


def test_nothing_below_the_floor_and_no_more_than_the_limit():
    image = spots([(20, 20), (60, 70), (40, 30)], [0.5, 0.9, 0.03])
    assert len(candidates(image, 0.05, 100).scores) == 2
    assert list(candidates(image, 0.05, 1).scores) == [image.max()]
    assert len(candidates(np.zeros((5, 7), np.float32), 0.05, 10).scores) == 0


def test_on_a_coarser_grid_none_is_lost_unless_two_share_a_pixel():
    found = candidates(spots([(20, 20), (60, 70), (40, 30)], [0.5, 0.9, 0.7], sigma=0.7), 0.05, 100)
    coarse = found.on_grid((20, 22))
    assert len(coarse.scores) == 3
    assert set(np.unique(coarse.labels)) == {0, 1, 2, 3}


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_every_candidate_has_pixels_and_none_is_higher_than_its_score(seed, rows, columns):
    image = ndimage.gaussian_filter(np.random.default_rng(seed).random((rows, columns), np.float32), 1.0)
    found = candidates(image, 0.3, 1000)
    for number in range(1, len(found.scores) + 1):
        assert (found.labels == number).any()
        assert image[found.labels == number].max() <= found.scores[number - 1]
    assert (np.diff(found.scores) <= 0).all()
