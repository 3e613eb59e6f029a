"""The texture has the spectrum of breast tissue, and is the same at any pixel size."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.phantom.grid import Grid
from napari_mammoseg.phantom.texture import octave, power_law


@pytest.mark.parametrize("exponent", [2.5, 3.0, 3.5])
def test_the_spectrum_falls_with_the_exponent_asked_for(exponent, radial_exponent):
    noise = power_law(0, "noise", Grid(512, 512, 0.1), 20.0, 0.1, exponent=exponent)
    assert radial_exponent(noise, 0.1, 0.1, 2.0) == pytest.approx(exponent, abs=0.35)


def test_an_octave_is_the_same_at_another_pixel_size():
    fine, coarse = octave(1, "x", Grid(800, 600, 0.2), 4.0), octave(1, "x", Grid(200, 150, 0.8), 4.0)
    averaged = fine.reshape(200, 4, 150, 4).mean(axis=(1, 3))
    assert np.corrcoef(averaged.ravel(), coarse.ravel())[0, 1] > 0.998
    assert fine.std() == pytest.approx(1, abs=0.1)


def test_refining_keeps_a_smooth_field():
    grid = Grid(1000, 800, 0.05)
    coarse = grid.coarse()
    wave = (np.sin(coarse.row_mm / 5) * np.cos(coarse.column_mm / 7)).astype(np.float32)
    np.testing.assert_allclose(
        grid.refine(wave)[40:-40, 40:-40],
        (np.sin(grid.row_mm / 5) * np.cos(grid.column_mm / 7))[40:-40, 40:-40],
        atol=2e-3,
    )
