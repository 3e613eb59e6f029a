from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Image, Labels

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.layers.image_layers import image_layers, is_mammogram, mammogram_of, placement_of
from napari_mammoseg.gui.layers.layer_spacing import set_spacing, spacing_of
from napari_mammoseg.gui.layers.windows import presets, shown
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Lesion, Mammogram, Window


def layer_of(image: Mammogram) -> Image:
    return add(ViewerModel(), image_layers(image))[0]


def test_a_layer_is_in_mm_where_the_spacing_is_known(image: Mammogram) -> None:
    layer = layer_of(image)
    assert tuple(layer.scale) == (0.1, 0.2)
    assert [str(each) for each in layer.units] == ["millimeter", "millimeter"]
    assert layer.axis_labels == ("row", "column")


def test_a_layer_is_in_pixels_where_the_spacing_is_unknown(pixels: np.ndarray) -> None:
    layer = layer_of(Mammogram.of(pixels))
    assert tuple(layer.scale) == (1, 1)
    assert [str(each) for each in layer.units] == ["pixel", "pixel"]
    assert mammogram_of(layer).spacing is None


def test_a_stack_keeps_its_frames_countable(pixels: np.ndarray) -> None:
    layer = layer_of(Mammogram(np.stack([pixels, pixels]), "s.dcm", "dicom", spacing=(0.1, 0.1)))
    assert tuple(layer.scale) == (1, 0.1, 0.1)
    assert [str(each) for each in layer.units] == ["pixel", "millimeter", "millimeter"]
    assert mammogram_of(layer).frames == 2
    assert set(placement_of(layer)["scale"]) == {0.1}


def test_a_mammogram_comes_back_from_its_layer_as_it_was(image: Mammogram) -> None:
    back = mammogram_of(layer_of(image))
    assert back.pixels is image.pixels
    assert (back.name, back.spacing, back.spacing_source) == ("x.png", (0.1, 0.2), "test")


def test_the_scale_that_a_person_gave_the_layer_counts(image: Mammogram) -> None:
    layer = layer_of(image)
    layer.scale = (0.3, 0.3)
    assert spacing_of(layer) == ((0.3, 0.3), "the layer's scale")


def test_lengths_in_other_units_are_turned_to_mm(pixels: np.ndarray) -> None:
    layer = Image(pixels, scale=(50, 50), units=("um", "um"))
    assert mammogram_of(layer).spacing == pytest.approx((0.05, 0.05))


def test_a_spacing_that_is_given_puts_the_layer_into_mm(pixels: np.ndarray) -> None:
    layer = layer_of(Mammogram.of(pixels))
    set_spacing(layer, (0.07, 0.07))
    assert spacing_of(layer) == ((0.07, 0.07), "given")
    assert str(layer.units[0]) == "millimeter"


def test_images_that_others_opened_are_taken_as_they_are(pixels: np.ndarray) -> None:
    whole = Image((pixels * 65535).round().astype(np.uint16), name="scan")
    image = mammogram_of(whole)
    assert image.name == "scan"
    np.testing.assert_allclose(image.pixels, pixels, atol=1e-5)


def test_values_beyond_0_to_1_are_scaled_and_said(pixels: np.ndarray) -> None:
    image = mammogram_of(Image(pixels * 4000))
    assert image.pixels.max() == 1
    assert "0 to 3600" in image.notes[0]


def test_colour_is_refused_and_grey_in_three_channels_is_not(pixels: np.ndarray) -> None:
    grey = np.repeat((pixels * 255).astype(np.uint8)[..., None], 3, axis=2)
    assert mammogram_of(Image(grey, rgb=True)).pixels.shape == pixels.shape
    grey[0, 0, 0] = 9
    with pytest.raises(InputError, match="colour"):
        mammogram_of(Image(grey, rgb=True))


def test_results_are_no_mammograms(pixels: np.ndarray) -> None:
    assert is_mammogram(Image(pixels))
    assert not is_mammogram(Labels(pixels.astype(int)))
    assert not is_mammogram(Image(pixels, metadata={"mammoseg": {"schema": "mammoseg.findings/1"}}))


def test_the_files_own_window_is_shown_first_and_its_curve_is_exact(pixels: np.ndarray) -> None:
    curve = (np.linspace(0, 1, 50) ** 2).astype(np.float32)
    layer = layer_of(Mammogram.of(pixels, "w.dcm", windows=(Window("SOFT", 0.2, 0.8, curve),)))
    assert tuple(layer.contrast_limits) == (0.2, 0.8)
    grey = layer.colormap.map(np.array([0.0, 0.5, 1.0]))[:, 0]
    np.testing.assert_allclose(grey, [0, np.interp(0.5, np.linspace(0, 1, 50), curve), 1], atol=1e-3)


def test_truth_lies_on_its_image(image: Mammogram) -> None:
    mask = np.zeros((60, 40), bool)
    mask[10:13, 10:12] = True
    truth = (
        Lesion("mass", "malignant", mask=mask),
        Lesion("mass", "benign", circle=(20.0, 15.0, 5.0)),
        Lesion("cluster", box=(1, 2, 5, 9)),
        Lesion("calcification", point=(7.0, 8.0)),
        Lesion("other"),
    )
    layers = add(ViewerModel(), image_layers(Mammogram.of(image.pixels, "t.pgm", spacing=(0.1, 0.2), truth=truth)))
    labels, shapes, points = layers[1:]
    assert (labels.data > 0).sum() == mask.sum()
    circle, box = shapes.data
    np.testing.assert_allclose(circle.mean(axis=0), (20, 15))
    assert np.ptp(circle[:, 0]) == 10
    np.testing.assert_allclose(box.min(axis=0), (0.5, 1.5))
    np.testing.assert_allclose(box.max(axis=0), (4.5, 8.5))
    assert points.data.tolist() == [[7, 8]]
    assert all(tuple(each.scale) == (0.1, 0.2) for each in layers)


def test_any_window_of_the_file_shows_what_the_window_makes_of_the_stored_values() -> None:
    values = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    curve = (np.linspace(0, 1, 200) ** 3).astype(np.float32)
    windows = (Window("NORMAL", 1000, 3000), Window("SOFT", 500, 3500, curve))
    image = Mammogram(windows[0].shown(values), "d.dcm", "dicom", values=values, windows=windows)
    layer = layer_of(image)
    assert layer.data is values
    for window in presets(values, windows):
        for name, value in shown(window).items():
            setattr(layer, name, value)
        low, high = layer.contrast_limits
        place = np.clip((values.ravel().astype(float) - low) / (high - low), 0, 1)
        np.testing.assert_allclose(layer.colormap.map(place)[:, 0], window.shown(values).ravel(), atol=2e-3)


def test_what_is_analysed_does_not_depend_on_how_it_is_shown() -> None:
    values = np.arange(4096, dtype=np.uint16).reshape(64, 64)
    windows = (Window("NORMAL", 1000, 3000),)
    image = Mammogram(windows[0].shown(values), "d.dcm", "dicom", values=values, windows=windows)
    layer = layer_of(image)
    layer.contrast_limits = (0, 10)
    np.testing.assert_array_equal(mammogram_of(layer).pixels, image.pixels)
    layer.data = values // 2
    assert mammogram_of(layer).values is None
    np.testing.assert_allclose(mammogram_of(layer).pixels, (values // 2) / 4095, atol=1e-6)
