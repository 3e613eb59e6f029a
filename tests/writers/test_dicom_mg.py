"""The DICOM form is a valid mammography object that says what it is, names no person and reads back equal."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import numpy as np
import pydicom
import pytest

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.phantom.mammograms import WINDOWS
from napari_mammoseg.writers import dicom_mg


def mammogram(**changes) -> Mammogram:
    pixels = np.random.default_rng(0).uniform(size=(40, 30)).astype(np.float32)
    facts = {"spacing": (0.1, 0.1), "view": "MLO", "laterality": "R", "windows": WINDOWS, "format": "phantom"}
    return Mammogram(pixels, "x", **{**facts, **changes})


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (Debian package dicom3tools) is not installed")
@pytest.mark.parametrize("compression", ["none", "rle", "jpegls"])
@pytest.mark.parametrize(
    ("view", "laterality", "bits"), [("CC", "L", 12), ("MLO", "R", 14), ("CC", "R", 12), ("MLO", "L", 12)]
)
def test_dciodvfy_finds_no_error(tmp_path, view, laterality, bits, compression):
    image = mammogram(view=view, laterality=laterality)
    path = dicom_mg.write(image, tmp_path / "x.dcm", bits=bits, compression=compression)
    said = subprocess.run(["dciodvfy", path], capture_output=True, text=True, check=False)
    assert "MammographyImageForPresentation" in said.stderr + said.stdout
    assert [line for line in (said.stderr + said.stdout).splitlines() if line.startswith("Error")] == []


@pytest.mark.parametrize("compression", ["none", "rle", "jpegls"])
@pytest.mark.parametrize("bits", [12, 14])
def test_pixels_read_back_as_they_were(tmp_path, bits, compression):
    image = mammogram()
    data = pydicom.dcmread(dicom_mg.write(image, tmp_path / "x.dcm", bits=bits, compression=compression))
    np.testing.assert_array_equal(data.pixel_array, np.round(image.pixels * (2**bits - 1)))
    assert (data.BitsStored, data.ImageLaterality, data.ViewCodeSequence[0].CodeValue) == (bits, "R", "399368009")
    assert [float(each) for each in data.ImagerPixelSpacing] == [0.1, 0.1]


def test_windows_are_the_images_in_stored_values(tmp_path):
    data = pydicom.dcmread(dicom_mg.write(mammogram(), tmp_path / "x.dcm"))
    assert list(data.WindowCenterWidthExplanation) == ["NORMAL", "HARDER", "SOFTER"]
    for center, width, window in zip(data.WindowCenter, data.WindowWidth, WINDOWS, strict=True):
        low, high = center - 0.5 - (width - 1) / 2, center - 0.5 + (width - 1) / 2
        assert (low / 4095, high / 4095) == pytest.approx((window.low, window.high))


def test_pixels_that_are_seen_through_a_window_are_written_with_the_whole_range(tmp_path):
    image = replace(mammogram(), values=np.zeros((40, 30), np.uint16))
    data = pydicom.dcmread(dicom_mg.write(image, tmp_path / "x.dcm"))
    assert (data.WindowCenter, data.WindowWidth, data.WindowCenterWidthExplanation) == (2048, 4096, "FULL RANGE")


def test_it_names_no_person_and_no_date(tmp_path):
    data = pydicom.dcmread(dicom_mg.write(mammogram(), tmp_path / "x.dcm"))
    assert data.PatientIdentityRemoved == "YES"
    assert (str(data.PatientName), data.PatientID) == ("Phantom^Synthetic", "SYNTHETIC")
    assert [each.keyword for each in data.iterall() if each.VR in ("DA", "DT", "TM") and each.value] == []
    assert data.ImageType[0] == "DERIVED"


def test_the_same_image_gives_the_same_bytes_and_another_one_other_identifiers(tmp_path):
    one, same = (dicom_mg.write(mammogram(), tmp_path / name) for name in ("a.dcm", "b.dcm"))
    other = dicom_mg.write(replace(mammogram(), name="y"), tmp_path / "c.dcm")
    assert one.read_bytes() == same.read_bytes()
    assert pydicom.dcmread(one).SOPInstanceUID != pydicom.dcmread(other).SOPInstanceUID


def test_attributes_of_the_caller_win(tmp_path):
    path = dicom_mg.write(mammogram(), tmp_path / "x.dcm", attributes={"SeriesDescription": "Lesions put in"})
    assert pydicom.dcmread(path).SeriesDescription == "Lesions put in"


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"spacing": None}, "no known pixel spacing"), ({"view": None}, "view"), ({"laterality": None}, "side")],
)
def test_what_the_format_demands_is_asked_for(tmp_path, changes, said):
    with pytest.raises(InputError, match=said):
        dicom_mg.write(mammogram(**changes), tmp_path / "x.dcm")
    assert list(tmp_path.iterdir()) == []
