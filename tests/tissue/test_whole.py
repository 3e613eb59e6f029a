"""Whole mammograms as Cobos 2016 and Aung 2018 prepare them."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageOps

from napari_mammoseg.tissue.whole import as_aung, as_cobos, as_standard, enhanced, frame


def breast(rows: int = 200, columns: int = 150) -> tuple[np.ndarray, np.ndarray]:
    """A half disc at the left side with a brighter disc in it, and where it is."""
    down, across = np.indices((rows, columns))
    inside = np.hypot(down - rows / 2, across) < 90
    pixels = np.where(inside, 0.4 + 0.001 * across, 0.0)
    return np.where(np.hypot(down - 90, across - 40) < 12, 0.9, pixels).astype(np.float32), inside


def test_enhancing_is_what_pil_makes_of_it():
    """Cobos' own calls: everything up to the breast's mean becomes the mean, then `ImageOps.autocontrast`."""
    pixels, inside = breast()
    grey = np.round(pixels * 255).astype(np.uint8)
    mean = np.uint8(grey[inside].mean())
    wanted = np.asarray(ImageOps.autocontrast(Image.fromarray(np.maximum(grey, mean))))
    assert enhanced(pixels, inside) * 255 == pytest.approx(wanted, abs=5)


@pytest.mark.parametrize(("multiple", "spacing_mm"), [(16, 0.179), (4, 0.15625)])
def test_cobos_sees_the_breast_whitened_with_sides_that_divide(multiple, spacing_mm):
    pixels, inside = breast()
    whole = as_cobos(pixels, inside, (0.2, 0.2), spacing_mm, multiple)
    assert all(side % multiple == 0 for side in whole.values.shape)
    assert whole.values.mean() == pytest.approx(0, abs=1e-4)
    assert whole.values.std() == pytest.approx(1, abs=1e-4)
    area = np.count_nonzero(whole.breast) * spacing_mm**2
    assert area == pytest.approx(np.count_nonzero(inside) * 0.04, rel=0.02)
    assert max(np.subtract(whole.values.shape, [np.ptp(each) + 1 for each in np.nonzero(whole.breast)])) < multiple


@pytest.mark.parametrize("stretched", [True, False])
def test_aung_sees_a_square(stretched):
    pixels, inside = breast()
    whole = as_aung(pixels, inside, 128, stretched)
    assert whole.values.shape == (128, 128)
    assert whole.values.max() == pytest.approx(1, abs=0.02)
    assert whole.grid == ((128, 128) if stretched else (128, 96))
    assert stretched or not whole.values[:, 96:].any()


@pytest.mark.parametrize(
    "see",
    [
        lambda *image: as_cobos(*image, (0.2, 0.2), 0.15625, 4),
        lambda *image: as_standard(*image, (0.2, 0.2), 0.34, 64),
        lambda *image: as_aung(*image, 256, True),
        lambda *image: as_aung(*image, 256, False),
    ],
    ids=["cobos", "standard", "aung, stretched", "aung, padded"],
)
def test_the_answer_comes_back_to_its_place(see):
    pixels, inside = breast()
    whole = see(pixels, inside)
    middle = (whole.values.max() + np.median(whole.values[whole.breast])) / 2
    bright = (whole.values > middle).astype(np.float32)
    rows, columns = np.nonzero(whole.back(bright, pixels.shape) > 0.5)
    assert (rows.mean(), columns.mean()) == pytest.approx((90, 40), abs=1.5)


def test_a_part_of_another_map_is_the_same_part():
    pixels, inside = breast()
    whole = as_cobos(pixels, inside, (0.15625, 0.15625), 0.15625, 16)
    part = whole.part_of(inside.astype(np.float32))
    assert np.array_equal(part > 0.5, whole.breast)


def test_a_frame_may_reach_beyond_the_image():
    mask = np.ones((10, 33), bool)
    corner, shape = frame(mask, 16)
    assert shape == (16, 48)
    assert corner == (-3, -7)
