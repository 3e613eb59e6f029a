"""What a model sees of an image, and the way back."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.tissue.sight import MARGIN, Sight


def film() -> Mammogram:
    """A textured square breast in the rows 200-399 and columns 100-299 of a black picture, 0.1 mm."""
    pixels = np.zeros((600, 500), np.float32)
    pixels[200:400, 100:300] = 0.3 + 0.3 * np.random.default_rng(0).random((200, 200))
    return Mammogram.of(pixels, "film.png", spacing=(0.1, 0.1))


@pytest.mark.parametrize("see", [Sight.of, Sight.of_breast_or_field])
@pytest.mark.parametrize("spacing_mm", [0.05, 0.1, 0.2])
def test_the_breast_is_seen_with_a_margin(see, spacing_mm: float) -> None:
    seen = see(film(), spacing_mm)
    zoom = 0.1 / spacing_mm
    assert seen.pixels.shape == pytest.approx((200 * zoom + 2 * MARGIN, 200 * zoom + 2 * MARGIN), abs=4)
    assert seen.corner == pytest.approx((200 * zoom - MARGIN, 100 * zoom - MARGIN), abs=2)
    assert seen.breast_cm2 == pytest.approx(4.0, rel=0.03)


@pytest.mark.parametrize("spacing_mm", [0.05, 0.1, 0.2])
def test_boxes_come_back(spacing_mm: float) -> None:
    seen = Sight.of(film(), spacing_mm)
    zoom = 0.1 / spacing_mm
    box = np.array([[220.0, 120, 260, 180]])
    there = box * zoom - np.tile(seen.corner, 2)
    np.testing.assert_allclose(seen.boxes_back(there), box)
    np.testing.assert_allclose(seen.boxes_on(box), there)
    np.testing.assert_array_equal(seen.boxes_back(np.array([[-1e6, -1e6, 1e6, 1e6]])), [[0, 0, 600, 500]])


def test_a_map_comes_back() -> None:
    image = film()
    seen = Sight.of(image, 0.1)
    np.testing.assert_allclose(seen.map_back(seen.pixels), image.pixels, atol=1e-6)


def test_too_many_pixels_are_refused_before_they_are_made() -> None:
    image = Mammogram.of(np.zeros((9000, 9000), np.float32), "x.png", spacing=(0.5, 0.5))
    with pytest.raises(InputError, match="million pixels"):
        Sight.of(image, 0.085)
