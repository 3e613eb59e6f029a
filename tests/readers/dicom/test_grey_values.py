"""Grey values of DICOM files, against pydicom's own transformations."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import FileDataset, Sequence, dcmread
from pydicom.pixels.processing import apply_modality_lut, apply_presentation_lut, apply_voi_lut

from dicom_files import FOR_PROCESSING, dataset, item, lut, ramp, write
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import dicom

WINDOW = {"WindowCenter": 2000, "WindowWidth": 1500}


def read(tmp_path: Path, data: FileDataset) -> Mammogram:
    return dicom.read(write(data, tmp_path / "x.dcm"))


def by_pydicom(tmp_path: Path, low: float, high: float) -> np.ndarray:
    """What pydicom shows, 0…1 between its output's limits `low` and `high`."""
    data = dcmread(tmp_path / "x.dcm")
    values = apply_voi_lut(apply_modality_lut(data.pixel_array, data), data)
    shown = (values - low) / (high - low)
    if data.get("PresentationLUTShape") == "INVERSE":
        return 1 - shown
    return shown


@pytest.mark.parametrize("function", ["LINEAR", "LINEAR_EXACT", "SIGMOID", None])
@pytest.mark.parametrize(("slope", "intercept"), [("1", "0"), ("2", "-100"), ("0.5", "7.25")])
@pytest.mark.parametrize("shape", ["IDENTITY", "INVERSE"])
def test_a_window_shows_what_pydicom_shows(
    tmp_path: Path, function: str | None, slope: str, intercept: str, shape: str
):
    scale = {"RescaleSlope": slope, "RescaleIntercept": intercept, "PresentationLUTShape": shape}
    photometric = {"IDENTITY": "MONOCHROME2", "INVERSE": "MONOCHROME1"}[shape]
    data = dataset(ramp(), **WINDOW, VOILUTFunction=function, PhotometricInterpretation=photometric, **scale)
    image = read(tmp_path, data)
    low, high = float(intercept), 4095 * float(slope) + float(intercept)
    np.testing.assert_allclose(image.pixels, by_pydicom(tmp_path, low, high), atol=1e-6)


@pytest.mark.parametrize("bits", [8, 12, 14, 16])
@pytest.mark.parametrize("kind", ["u2", "i2"])
def test_every_depth_and_sign_shows_what_pydicom_shows(tmp_path: Path, bits: int, kind: str):
    half = 2 ** (bits - 1) if kind == "i2" else 0
    stored = (ramp(256, 256, bits).astype(int) - half).astype(kind)
    image = read(tmp_path, dataset(stored, bits, WindowCenter=2**bits / 2 - half, WindowWidth=2**bits / 3))
    np.testing.assert_allclose(image.pixels, by_pydicom(tmp_path, -half, 2**bits - 1 - half), atol=1e-6)


def test_eight_bit_pixels_show_what_pydicom_shows(tmp_path: Path):
    image = read(tmp_path, dataset(ramp(16, 16, 8).astype(np.uint8), 8, WindowCenter=100, WindowWidth=77))
    np.testing.assert_allclose(image.pixels, by_pydicom(tmp_path, 0, 255), atol=1e-6)


def test_a_voi_lut_is_preferred_to_a_window_and_shows_what_pydicom_shows(tmp_path: Path):
    curve = np.round(np.linspace(0, 1, 3000) ** 2 * 4095)
    data = dataset(ramp(), **WINDOW, VOILUTSequence=Sequence([lut(curve, 500, 12, "NORMAL"), lut(curve[::2], 700, 12)]))
    image = read(tmp_path, data)
    np.testing.assert_allclose(image.pixels, by_pydicom(tmp_path, 0, 4095), atol=1e-6)
    assert [each.explanation for each in image.windows] == ["NORMAL", "LUT 2", "window 1"]


def test_a_voi_lut_over_negative_values_begins_where_it_says(tmp_path: Path):
    stored = (ramp().astype(int) - 2048).astype(np.int16)
    curve = np.arange(2000) * 2
    data = dataset(stored, VOILUTSequence=Sequence([lut(curve, -1000, 12, signed=True)]))
    image = read(tmp_path, data)
    np.testing.assert_allclose(image.pixels, np.clip(stored + 1000.0, 0, 1999) * 2 / 4095, atol=1e-6)


def test_a_voi_lut_of_eight_bit_entries_in_bytes_is_read(tmp_path: Path):
    table = lut(np.zeros(4), 0, 8)
    table["LUTData"].value = bytes([0, 10, 200, 255])
    image = read(tmp_path, dataset(np.array([[0, 1], [2, 3]], np.uint8), 8, VOILUTSequence=Sequence([table])))
    np.testing.assert_allclose(image.pixels * 255, [[0, 10], [200, 255]], atol=1e-4)


def test_a_voi_lut_of_65536_entries_says_0(tmp_path: Path):
    table = lut(np.arange(2**16), 0, 16)
    assert table.LUTDescriptor[0] == 0
    image = read(tmp_path, dataset(ramp(256, 256, 16), 16, VOILUTSequence=Sequence([table])))
    np.testing.assert_allclose(image.pixels, by_pydicom(tmp_path, 0, 65535), atol=1e-6)


def test_a_modality_lut_comes_before_the_window(tmp_path: Path):
    table = lut(np.sqrt(np.arange(4096)) * 64, 0, 16, ModalityLUTType="US")
    scale = {"RescaleSlope": None, "RescaleIntercept": None}
    image = read(tmp_path, dataset(ramp(), **WINDOW, **scale, ModalityLUTSequence=Sequence([table])))
    np.testing.assert_allclose(image.pixels, by_pydicom(tmp_path, 0, 65535), atol=1e-6)


def test_presentation_lut_is_pydicoms_on_a_full_ramp(tmp_path: Path):
    data = dataset(ramp(), PhotometricInterpretation="MONOCHROME1", PresentationLUTShape="INVERSE")
    image = read(tmp_path, data)
    np.testing.assert_allclose(image.pixels * 4095, apply_presentation_lut(data.pixel_array, data), atol=1e-3)


def breast(dense_is_high: bool) -> np.ndarray:
    """Air around a half disc of tissue that is densest at the chest wall (first column)."""
    rows, columns = np.mgrid[-100:100, 0:150]
    depth = np.clip(1 - np.hypot(rows, columns) / 80, 0, 1)
    stored = np.where(depth > 0, 1000 + depth * 2500, 100).astype(np.uint16)
    return stored if dense_is_high else np.uint16(4095) - stored


@pytest.mark.parametrize(
    ("photometric", "shape", "dense_is_high"),
    [
        *product(["MONOCHROME1", "MONOCHROME2"], ["IDENTITY", "INVERSE"], [None]),
        ("MONOCHROME1", None, False),
        ("MONOCHROME2", None, True),
        ("MONOCHROME1", "IDENTITY", True),
        ("MONOCHROME1", "IDENTITY", False),
        ("MONOCHROME2", "INVERSE", True),
        ("MONOCHROME2", "INVERSE", False),
    ],
)
def test_bright_is_dense_whatever_the_polarity(
    tmp_path: Path, photometric: str, shape: str | None, dense_is_high: bool
):
    if dense_is_high is None:
        dense_is_high = shape == "IDENTITY"
    data = dataset(breast(dense_is_high), PhotometricInterpretation=photometric, PresentationLUTShape=shape)
    image = read(tmp_path, data)
    assert image.pixels[100, 5] > image.pixels[100, 60] > image.pixels[0, 149]
    assert image.values[100, 5] > image.values[100, 60] > image.values[0, 149]
    contradicts = (photometric, shape) in (("MONOCHROME1", "IDENTITY"), ("MONOCHROME2", "INVERSE"))
    assert any("contradicts" in note for note in image.notes) == contradicts


def test_small_letters_are_read_as_capitals(tmp_path: Path):
    capitals = {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"}
    small = {keyword: value.lower() for keyword, value in capitals.items()}
    expected = read(tmp_path, dataset(ramp(), **capitals)).pixels
    np.testing.assert_array_equal(read(tmp_path, dataset(ramp(), **small)).pixels, expected)


@pytest.mark.parametrize(
    "polarity", [{}, {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"}]
)
def test_every_window_applied_to_the_values_shows_what_pydicom_shows_of_it(tmp_path: Path, polarity: dict[str, str]):
    windows = {
        "WindowCenter": [2653, 2713, 1000.5],
        "WindowWidth": [900, 750, 1.5],
        "WindowCenterWidthExplanation": ["NORMAL", "HARDER", "STEEP"],
    }
    image = read(tmp_path, dataset(ramp(), **windows, **polarity, RescaleSlope="0.8", RescaleIntercept="100"))
    data = dcmread(tmp_path / "x.dcm")
    values = apply_modality_lut(data.pixel_array, data)
    assert [each.explanation for each in image.windows] == ["NORMAL", "HARDER", "STEEP"]
    for index, window in enumerate(image.windows):
        shown = (apply_voi_lut(values, data, index) - 100) / (4095 * 0.8)
        expected = 1 - shown if polarity else shown
        np.testing.assert_allclose(image.through(window), expected, atol=1e-5)
    np.testing.assert_array_equal(image.through(image.windows[0]), image.pixels)


def test_windows_of_one_name_are_told_apart(tmp_path: Path):
    curves = Sequence([lut(np.arange(4096), 0, 12, "NORMAL")])
    data = dataset(
        ramp(), **WINDOW, WindowCenterWidthExplanation="NORMAL", VOILUTFunction="SIGMOID", VOILUTSequence=curves
    )
    assert [each.explanation for each in read(tmp_path, data).windows] == ["NORMAL", "NORMAL (SIGMOID 2000/1500)"]


@pytest.mark.parametrize(
    "polarity", [{}, {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"}]
)
@pytest.mark.parametrize(
    "window", [WINDOW, {"WindowCenter": 2047, "WindowWidth": 4095}, {"VOILUTFunction": "SIGMOID", **WINDOW}]
)
def test_padding_is_0_through_every_window(tmp_path: Path, polarity: dict[str, str], window: dict[str, Any]):
    stored = ramp()
    data = dataset(stored, **window, **polarity)
    data.add_new("PixelPaddingValue", "US", 4000)
    data.add_new("PixelPaddingRangeLimit", "US", 4095)
    image = read(tmp_path, data)
    assert not image.pixels[stored >= 4000].any()
    assert image.pixels[stored < 4000].any()
    assert any("4000 to 4095 are padding" in note for note in image.notes)


def test_padding_that_is_everything_is_not_used(tmp_path: Path):
    data = dataset(ramp(), **WINDOW)
    data.add_new("PixelPaddingValue", "US", 0)
    data.add_new("PixelPaddingRangeLimit", "US", 65535)
    image = read(tmp_path, data)
    assert image.pixels.max() == 1
    assert any("every pixel is padding" in note for note in image.notes)


@pytest.mark.parametrize(("highest", "bits"), [(900, 10), (4000, 12), (16000, 14), (60000, 16), (200, 16)])
def test_without_a_window_the_depth_is_the_scale(tmp_path: Path, highest: int, bits: int):
    image = read(tmp_path, dataset(np.array([[0, highest]], np.uint16), 16))
    np.testing.assert_allclose(image.pixels, [[0, highest / (2**bits - 1)]], atol=1e-6)
    assert any(f"whole range of {bits} bits" in note for note in image.notes)


def raw_exposure() -> np.ndarray:
    """Detector values behind tissue of attenuation 0…4: air saturates, one pixel at the edge got no exposure."""
    attenuation = np.tile(np.linspace(0, 4, 400), (200, 1))
    stored = np.round(16000 * np.exp(-attenuation)).astype(np.uint16)
    stored[:, :80] = 16383
    return stored


@pytest.mark.parametrize("sign", [1, None])
def test_for_processing_becomes_the_attenuation_and_says_so(tmp_path: Path, sign: int | None):
    raw = {"SOPClassUID": FOR_PROCESSING, "PresentationIntentType": "FOR PROCESSING"}
    polarity = {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"}
    relation = {"PixelIntensityRelationship": "LIN", "PixelIntensityRelationshipSign": sign}
    image = read(tmp_path, dataset(raw_exposure(), 14, **raw, **polarity, **relation))
    line = image.pixels[0]
    assert image.intent == "FOR PROCESSING"
    assert "FOR PROCESSING: raw detector values" in image.notes[0]
    assert line[0] == 0
    assert line[-1] == 1
    tissue = line[100:390]
    np.testing.assert_allclose(np.diff(tissue), np.diff(tissue).mean(), atol=3e-3)
    assert image.windows[0].explanation == "for processing"


def test_logarithmic_raw_values_are_only_inverted(tmp_path: Path):
    raw = {"SOPClassUID": FOR_PROCESSING, "PresentationIntentType": None, "PixelIntensityRelationship": "LOG"}
    stored = np.tile(np.arange(4096, dtype=np.uint16), (4, 1))
    image = read(tmp_path, dataset(stored, **raw, PixelIntensityRelationshipSign=1))
    assert image.intent == "FOR PROCESSING"
    np.testing.assert_allclose(np.diff(image.pixels[0, 100:-100]), -1 / (4096 * 0.99), atol=1e-5)


def test_a_broken_lut_or_window_is_left_out_and_said(tmp_path: Path):
    broken = lut(np.arange(10), 0, 12)
    broken.LUTDescriptor = [4096, 0, 12]
    windows = {"WindowCenter": [100, 2000], "WindowWidth": [-5, 1500]}
    image = read(tmp_path, dataset(ramp(), **windows, VOILUTSequence=Sequence([broken])))
    assert [each.origin for each in image.windows] == ["LINEAR 2000/1500"]
    assert any("LUT of the file is broken" in note for note in image.notes)
    assert any("window 100/-5" in note for note in image.notes)


@pytest.mark.parametrize(
    ("declared", "held"), [(16, 12), (16, 10), (16, 15), (14, 12), (12, 8), (12, 14), (8, 16), (0, 12), (33, 12)]
)
def test_a_voi_lut_of_other_bits_than_it_says_is_shown_up_to_its_largest_entry(
    tmp_path: Path, declared: int, held: int
):
    curve = np.round(np.linspace(0, 1, 4096) ** 2 * (2**held - 1))
    right = read(tmp_path, dataset(ramp(), VOILUTSequence=Sequence([lut(curve, 0, held)])))
    wrong = read(tmp_path, dataset(ramp(), VOILUTSequence=Sequence([lut(curve, 0, declared)])))
    np.testing.assert_allclose(wrong.pixels, right.pixels, atol=1e-6)
    assert any(f"says {declared} bits per entry" in note for note in wrong.notes)
    assert not any("bits per entry" in note for note in right.notes)


def test_a_voi_lut_that_lacks_an_entry_is_left_out_and_said(tmp_path: Path):
    table = lut(np.arange(4096), 0, 12)
    table["LUTData"].value = table.LUTData[:-2]
    image = read(tmp_path, dataset(ramp(), VOILUTSequence=Sequence([table])))
    np.testing.assert_allclose(image.pixels, ramp() / 4095, atol=1e-6)
    assert any("LUT of the file is broken" in note for note in image.notes)


WINDOWS_OF_A_CORNER = {
    "a 16-bit window over 12 bits": {"WindowCenter": 32768, "WindowWidth": 65536},
    "everything white": {"WindowCenter": -3000, "WindowWidth": 100},
    "everything black": {"WindowCenter": 60000, "WindowWidth": 100},
    "white where there is tissue": {"WindowCenter": 20, "WindowWidth": 30},
    "black but for the brightest": {"WindowCenter": 4080, "WindowWidth": 20},
    "everything grey": {"WindowCenter": 2000, "WindowWidth": 1e6, "VOILUTFunction": "SIGMOID"},
    "an empty table": {"VOILUTSequence": Sequence([lut(np.zeros(4096), 0, 12)])},
    "a table of a few greys": {"VOILUTSequence": Sequence([lut(np.arange(4096) % 256 + 3800, 0, 12)])},
}


@pytest.mark.parametrize("windows", WINDOWS_OF_A_CORNER.values(), ids=WINDOWS_OF_A_CORNER)
def test_a_window_that_leaves_the_picture_in_a_corner_is_offered_but_not_the_default(
    tmp_path: Path, windows: dict[str, Any]
):
    image = read(tmp_path, dataset(ramp(), **windows))
    np.testing.assert_allclose(image.pixels, ramp() / 4095, atol=1e-6)
    assert [each.explanation for each in image.windows][:1] == ["range of values"]
    assert len(image.windows) == 2
    assert any("in a corner of the grey scale" in note for note in image.notes)


def test_padding_does_not_hide_that_a_window_leaves_the_picture_in_a_corner(tmp_path: Path):
    stored = ramp()
    stored[:4] = 65535
    data = dataset(stored, 16, WindowCenter=32768, WindowWidth=65536)
    data.add_new("PixelPaddingValue", "US", 65535)
    image = read(tmp_path, data)
    assert not image.pixels[:4].any()
    assert image.pixels[4:].max() == 1


@pytest.mark.parametrize("window", [{}, {"WindowCenter": 0, "WindowWidth": 65536}])
def test_a_signed_picture_in_a_part_of_its_bits_is_shown_over_its_values(tmp_path: Path, window: dict[str, Any]):
    image = read(tmp_path, dataset(ramp().astype(np.int16), 16, **window))
    np.testing.assert_allclose(image.pixels, ramp() / 4095, atol=1e-6)
    assert any("in a corner of the grey scale" in note for note in image.notes)


def test_a_hard_window_that_shows_as_much_as_there_is_stays(tmp_path: Path):
    stored = np.where(ramp() > 2000, 4000, 0).astype(np.uint16)
    image = read(tmp_path, dataset(stored, WindowCenter=2048, WindowWidth=100))
    assert [each.explanation for each in image.windows] == ["window 1"]


def test_an_even_picture_is_not_stretched(tmp_path: Path):
    image = read(tmp_path, dataset(np.full((8, 8), 2000, np.uint16), **WINDOW))
    np.testing.assert_allclose(image.pixels, (2000 - 1249.5 - 0.5) / 1499, atol=1e-3)


@pytest.mark.parametrize("keyword", ["RescaleSlope", "RescaleIntercept"])
def test_an_unreadable_rescale_is_quoted(tmp_path: Path, keyword: str):
    data = dataset(ramp(), **WINDOW)
    del data[keyword]
    data.add_new(keyword, "LO", "1,5")
    image = read(tmp_path, data)
    np.testing.assert_array_equal(image.pixels, read(tmp_path, dataset(ramp(), **WINDOW)).pixels)
    assert f"{keyword} '1,5' is no number and is left out" in image.notes


def frame_item(center: float) -> Any:
    return item(FrameVOILUTSequence=[item(WindowCenter=center, WindowWidth=1000)])


def test_a_stack_is_seen_through_the_windows_of_its_frames(tmp_path: Path):
    stored = np.stack([ramp(seed=each) for each in range(3)])
    groups = Sequence([frame_item(center) for center in (1000, 2000, 3000)])
    image = read(tmp_path, dataset(stored, PerFrameFunctionalGroupsSequence=groups))
    for place, center in enumerate((1000, 2000, 3000)):
        low, high = center - 0.5 - 999 / 2, center - 0.5 + 999 / 2
        np.testing.assert_allclose(image.pixels[place], np.clip((stored[place] - low) / (high - low), 0, 1), atol=1e-6)
    assert image.windows == ()
    assert image.values is None


def test_a_stack_with_one_window_for_all_frames_offers_it(tmp_path: Path):
    stored = np.stack([ramp(seed=each) for each in range(3)])
    groups = Sequence([frame_item(1000)] * 3)
    rescale = item(PixelValueTransformationSequence=[item(RescaleSlope="2", RescaleIntercept="0")])
    attributes = {"RescaleSlope": None, "RescaleIntercept": None, "SharedFunctionalGroupsSequence": Sequence([rescale])}
    image = read(tmp_path, dataset(stored, PerFrameFunctionalGroupsSequence=groups, **attributes))
    np.testing.assert_allclose(image.pixels, np.clip((stored * 2.0 - 500) / 999, 0, 1), atol=1e-6)
    np.testing.assert_array_equal(image.through(image.windows[0]), image.pixels)
    assert image.frames == 3


def test_a_linear_window_of_width_1_is_a_step(tmp_path: Path):
    stored = np.array([[1999, 2000, 2001]], np.uint16)
    image = read(tmp_path, dataset(stored, WindowCenter=2000, WindowWidth=1))
    np.testing.assert_array_equal(image.pixels, [[0, 1, 1]])
