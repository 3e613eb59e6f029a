"""Contrast against the tissue around."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.tissue.blobs import blob_contrast
from napari_mammoseg.tissue.contrast import contrast_to_ring, local_contrast
from napari_mammoseg.tissue.grey_scale import smallest_step

WINDOW = slice(9, 14), slice(19, 25)


def speckled(added: float) -> tuple[np.ndarray, np.ndarray]:
    """A chessboard of 0.3 ± 0.05 with a bright speck, and where in the window that lies."""
    rows, columns = np.indices((40, 40))
    pixels = np.where((rows + columns) % 2, 0.35, 0.25)
    speck = np.zeros(pixels.shape, bool)
    speck[10:13, 20:24] = True
    return np.where(speck, 0.3 + added, pixels).astype(np.float32), speck[WINDOW]


def test_contrast_to_the_ring_is_what_was_added_in_deviations_of_the_ring() -> None:
    pixels, speck = speckled(0.25)
    assert contrast_to_ring(pixels, WINDOW, speck, 5) == pytest.approx(5.0, rel=0.01)


@pytest.mark.parametrize("gain", [0.002, 0.5, 1000.0])
def test_contrast_to_the_ring_knows_no_grey_scale(gain: float) -> None:
    pixels, speck = speckled(0.2)
    assert contrast_to_ring(pixels * gain + gain, WINDOW, speck, 5) == pytest.approx(
        contrast_to_ring(pixels, WINDOW, speck, 5), rel=1e-4
    )


@pytest.mark.parametrize("method", [local_contrast, blob_contrast])
@pytest.mark.parametrize(("gain", "offset"), [(0.002, 0.0), (0.002, 0.99), (0.3, 0.5), (70000.0, -900.0)])
def test_local_contrast_knows_no_grey_scale(method, gain: float, offset: float) -> None:
    pixels = np.random.default_rng(0).random((200, 150), np.float32)
    inside = np.arange(150) < np.full((200, 1), 120)
    changed = pixels * np.float32(gain) + np.float32(offset)
    np.testing.assert_allclose(method(changed, 0.1, inside), method(pixels, 0.1, inside), atol=5e-3)


@pytest.mark.parametrize("method", [local_contrast, blob_contrast])
@pytest.mark.parametrize("level", [0.0, 0.7, 1.0, 4095.0])
def test_an_even_picture_has_no_contrast(method, level: float) -> None:
    assert not method(np.full((90, 80), level, np.float32), 0.1).any()


@pytest.mark.parametrize("method", [local_contrast, blob_contrast])
def test_a_smooth_place_beside_texture_is_no_contrast(method) -> None:
    pixels = 0.3 + 0.1 * np.random.default_rng(0).random((300, 300), np.float32)
    pixels[:, 150:] = 0.35 + 1e-4 * np.random.default_rng(1).random((300, 150), np.float32)
    assert np.abs(method(pixels, 0.1)[:, 280:]).mean() < 0.05


@pytest.mark.parametrize(("levels", "loudest"), [(200, 3.0), (3, 1.0)])
def test_steps_between_grey_values_larger_than_the_texture_are_no_contrast(levels: int, loudest: float) -> None:
    rows, columns = np.indices((300, 300))
    smooth = (0.3 + 0.002 * np.sin(rows / 40) * np.cos(columns / 30)).astype(np.float32)
    texture = 0.0005 * np.random.default_rng(0).standard_normal((300, 300), np.float32)
    pixels = np.round((smooth + texture) * 250 * levels / 3) / np.float32(250 * levels / 3)
    contrast = local_contrast(pixels, 0.1, step=smallest_step(pixels))
    assert np.abs(contrast).max() < loudest


def test_the_smallest_step_is_that_of_the_bits() -> None:
    values = np.random.default_rng(0).integers(20, 200, (300, 300))
    assert smallest_step((values / 255).astype(np.float32)) == pytest.approx(1 / 255, rel=1e-4)
    assert smallest_step(np.full((9, 9), 0.3, np.float32)) == 0
