"""Pixel sizes of layers, however they lie in the world."""

from __future__ import annotations

import numpy as np
import pytest
from napari.layers import Image

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.layers.image_layers import mammogram_of
from napari_mammoseg.gui.layers.layer_spacing import first_spacing_of, set_spacing, spacing_of, stated_by

MM = ("mm", "mm")
DOUBLED = np.diag([2.0, 2.0, 1.0])


def layer(shape: tuple[int, ...] = (40, 30), **place) -> Image:
    pixels = np.random.default_rng(0).random(shape, np.float32)
    return Image(pixels, name="scan", **place)


@pytest.mark.parametrize(
    "place",
    [
        {"scale": (0.1, -0.2)},
        {"scale": (-0.1, 0.2)},
        {"scale": (0.1, 0.2), "rotate": 30},
        {"scale": (0.1, -0.2), "rotate": 90},
        {"scale": (0.05, 0.1), "affine": DOUBLED},
        {"scale": (0.1, 0.2), "affine": np.array([[0, -1, 5], [1, 0, 3], [0, 0, 1.0]])},
    ],
)
def test_a_pixel_is_as_large_as_it_is_mirrored_or_turned(place) -> None:
    assert spacing_of(layer(units=MM, **place))[0] == pytest.approx((0.1, 0.2))


@pytest.mark.parametrize("unit", ["um", "cm", "nm"])
def test_units_of_length_are_turned_to_mm(unit: str) -> None:
    per_mm = {"um": 1e3, "cm": 0.1, "nm": 1e6}[unit]
    assert spacing_of(layer(scale=(0.1 * per_mm, 0.1 * per_mm), units=(unit, unit)))[0] == pytest.approx((0.1, 0.1))


@pytest.mark.parametrize(("scale", "unit"), [(50, "mm"), (200, "nm"), (5, "mm"), (1, "mm"), (0.1, "m")])
def test_a_size_that_no_mammogram_has_is_unknown_and_said(scale: float, unit: str) -> None:
    wrong = layer(scale=(scale, scale), units=(unit, unit))
    image = mammogram_of(wrong)
    assert spacing_of(wrong) == (None, None)
    assert image.spacing is None
    assert "the layer's scale" in image.notes[-1]


@pytest.mark.parametrize("place", [{"shear": [0.3]}, {"affine": np.array([[1, 0.5, 0], [0, 1, 0], [0, 0, 1.0]])}])
def test_a_sheared_layer_is_refused_in_words(place) -> None:
    with pytest.raises(InputError, match="sheared"):
        mammogram_of(layer(scale=(0.1, 0.1), units=MM, **place))


@pytest.mark.parametrize(
    "place",
    [
        {},
        {"scale": (0.3, -0.3), "units": MM},
        {"rotate": 20},
        {"affine": DOUBLED},
        {"scale": (2, 2), "units": ("um", "um")},
    ],
)
def test_what_is_given_is_what_the_layer_has_and_it_stays_as_it_lies(place) -> None:
    given = layer(**place)
    signs, turned = np.sign(given.scale), given.rotate.copy()
    set_spacing(given, (0.07, 0.05))
    assert stated_by(given)[1] == "given"
    assert spacing_of(given)[0] == pytest.approx((0.07, 0.05))
    np.testing.assert_array_equal(np.sign(given.scale), signs)
    np.testing.assert_array_equal(given.rotate, turned)


def test_the_first_spacing_is_kept_and_comes_back() -> None:
    image = layer(scale=(0.1, 0.1), units=MM)
    set_spacing(image, (0.07, 0.07))
    set_spacing(image, (0.05, 0.05))
    assert first_spacing_of(image) == ((0.1, 0.1), "the layer's scale")
    unknown = layer()
    set_spacing(unknown, (0.07, 0.07))
    set_spacing(unknown, *first_spacing_of(unknown))
    assert spacing_of(unknown) == (None, None)
    assert mammogram_of(unknown).spacing is None


@pytest.mark.parametrize("dtype", [np.uint16, np.int16, np.int32, np.int64, np.uint32, np.float32, np.float64])
def test_a_layer_gets_the_same_look_at_its_range_as_a_file(dtype) -> None:
    values = np.random.default_rng(0).integers(0, 4096, (40, 30))
    values[0, 0], values[0, 1] = 0, 4095
    pixels = mammogram_of(Image(values.astype(dtype))).pixels
    np.testing.assert_allclose(pixels, values / 4095, atol=1e-6)


@pytest.mark.parametrize("value", [5.0, -3.0, 0.4])
def test_an_even_layer_is_said_to_be_empty(value: float) -> None:
    assert "empty" in mammogram_of(Image(np.full((30, 30), value))).notes[0]


def test_the_finest_level_of_a_multiscale_layer_counts() -> None:
    data = np.random.default_rng(0).random((64, 64), np.float32)
    assert mammogram_of(Image([data, data[::2, ::2]], multiscale=True)).pixels.shape == (64, 64)


def test_a_layer_that_is_worked_out_later_is_read() -> None:
    dask = pytest.importorskip("dask.array")
    data = np.random.default_rng(0).random((64, 64), np.float32)
    np.testing.assert_array_equal(mammogram_of(Image(dask.from_array(data))).pixels, data)
