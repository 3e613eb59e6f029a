"""Images at another pixel size."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis.strategies import integers

from napari_mammoseg.tissue.resample import resample, to_spacing


def test_shrinking_by_two_is_the_mean_of_four() -> None:
    pixels = np.random.default_rng(0).random((40, 60), dtype=np.float32)
    means = pixels.reshape(20, 2, 30, 2).mean(axis=(1, 3))
    np.testing.assert_allclose(resample(pixels, (20, 30)), means, atol=1e-6)


@given(rows=integers(1, 200), columns=integers(1, 200))
def test_a_flat_image_stays_flat(rows: int, columns: int) -> None:
    np.testing.assert_allclose(resample(np.full((37, 53), 0.25, np.float32), (rows, columns)), 0.25, atol=1e-6)


def test_a_slope_keeps_its_place() -> None:
    slope = np.tile(np.linspace(0, 1, 401, dtype=np.float32), (11, 1))
    assert abs(resample(slope, (11, 100))[5, 50] - slope[5, 202]) < 2e-3


def test_spacing_sets_the_shape() -> None:
    assert to_spacing(np.zeros((100, 50), np.float32), (0.05, 0.1), 0.1).shape == (50, 50)
