"""Marks as sharp as a single pixel count less."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.pipelines.calcifications.candidates import candidates
from napari_mammoseg.pipelines.calcifications.dust import discounted, sharpness, shows_dust


def speck(sigma):
    rows, columns = np.indices((31, 31)) - 15
    return np.exp(-(rows**2 + columns**2) / (2 * sigma**2)).astype(np.float32)


@pytest.mark.parametrize(("gain", "offset"), [(1.0, 0.0), (0.01, 0.3)])
def test_sharpness_is_what_the_neighbours_lack(gain, offset):
    for sigma in (0.05, 0.7, 1.0):
        found = sharpness(offset + gain * speck(sigma), np.array([15, 16]), np.array([15, 14]))
        np.testing.assert_allclose(found, 1 - np.exp(-1 / (2 * sigma**2)), atol=0.02)


def test_a_turned_and_mirrored_picture_is_as_sharp():
    pixels = np.random.default_rng(0).integers(0, 4, (40, 40)).astype(np.float32)
    rows, columns = np.random.default_rng(1).integers(0, 40, (2, 50))
    found = sharpness(pixels, rows, columns)
    np.testing.assert_array_equal(sharpness(pixels[::-1], 39 - rows, columns), found)
    np.testing.assert_array_equal(sharpness(pixels.T, columns, rows), found)


def test_large_pixels_show_dust_on_films_alone():
    image = Mammogram.of(np.zeros((9, 9), np.float32), "x")
    assert shows_dust(image, (0.1, 0.1))
    assert not shows_dust(image, (0.2, 0.2))
    assert shows_dust(replace(image, format="MIAS"), (0.2, 0.2))


def test_an_even_picture_and_a_dark_speck_are_not_sharp():
    for pixels in (np.full((5, 5), 0.4, np.float32), 1 - speck(0.05)):
        assert sharpness(pixels, np.array([2]), np.array([2])) == 0


def test_a_lone_pixel_falls_behind_a_blunt_mark_and_its_number_with_it():
    probability = np.zeros((40, 40), np.float32)
    probability[9:12, 9:12], probability[29:32, 29:32] = 0.9, 0.8
    found = candidates(probability, 0.02, 10)
    scores = discounted(found.scores, np.array([1.0, 0.3]), 18.0)
    assert scores[1] == found.scores[1]
    after = found.rescored(scores, 0.02)
    assert list(after.labels[[10, 30], [10, 30]]) == [2, 1]
    assert after.scores[0] > 0.75 > 0.2 > after.scores[1]
    assert found.rescored(scores, 0.5).labels.max() == 1
