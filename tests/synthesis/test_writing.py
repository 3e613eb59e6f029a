"""A synthetic image is written in the form of its source, says what it is, names nobody and reads back equal."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image

import dicom_files
from napari_mammoseg import analyze, read, synthesize
from napari_mammoseg.cli.info import text
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.phantom.mammograms import WINDOWS, Request, make
from napari_mammoseg.synthesis.writing import depth_of, write_png
from napari_mammoseg.writers import dicom_mg

MM = 0.2
PERSON = {
    "PatientName": "Mustermann^Erika",
    "PatientID": "PAT4711",
    "PatientBirthDate": "19470811",
    "StudyDate": "20260102",
    "InstitutionName": "Sankt Nirgendwo",
    "StudyDescription": "Vorsorge Mustermann",
    "StudyInstanceUID": "1.2.3.4",
}


@pytest.fixture(scope="module")
def phantom() -> Mammogram:
    return make(Request(2, "MLO", "L", rows=600, columns=480, spacing_mm=MM, lesions="none")).image


def written(image: Mammogram, folder: Path) -> tuple[Path, Path, Path]:
    picture, mask, record = synthesize(image, label="malignant", size_mm=8, seed=3).save(folder, 2)
    return picture, mask, record


def dicom_of(
    phantom: Mammogram, folder: Path, dtype: str = "u2", compressed: str | None = None, **facts: object
) -> Path:
    dense = 1 - phantom.pixels if facts.get("PhotometricInterpretation") == "MONOCHROME1" else phantom.pixels
    grey = np.round(600 + 2400 * dense).astype(dtype)
    data = dicom_files.dataset(grey, ImagerPixelSpacing=[MM, MM], **PERSON, **facts)
    if compressed:
        data.compress(compressed, encoding_plugin=dicom_files.ENCODERS[compressed], generate_instance_uid=False)
    path = folder / "scan.dcm"
    data.save_as(path, enforce_file_format=True)
    return path


FORMS = {
    "windowed": {"WindowCenter": ["1800", "1500"], "WindowWidth": ["2400", "900"]},
    "sigmoid": {"WindowCenter": "1800", "WindowWidth": "1500", "VOILUTFunction": "SIGMOID"},
    "inverted": {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": "INVERSE"},
    "inverted, not said twice": {"PhotometricInterpretation": "MONOCHROME1", "PresentationLUTShape": None},
    "raw, hardly described": {
        "SOPClassUID": dicom_files.FOR_PROCESSING,
        "PhotometricInterpretation": "MONOCHROME1",
        "PresentationLUTShape": None,
        "PresentationIntentType": None,
    },
    "rescaled": {"RescaleSlope": "2", "RescaleIntercept": "-100", "WindowCenter": "3500", "WindowWidth": "4800"},
    "signed": {"dtype": "i2", "bits": 13, "WindowCenter": "1800", "WindowWidth": "2400"},
    "compressed": {"compressed": dicom_files.JPEGLSLossless, "WindowCenter": "1800", "WindowWidth": "2400"},
    "no window": {},
}


@pytest.mark.parametrize("form", FORMS)
def test_a_dicom_file_becomes_one_that_differs_in_the_lesion_alone(
    phantom: Mammogram, tmp_path: Path, form: str
) -> None:
    image = read(dicom_of(phantom, tmp_path, **FORMS[form]))
    made = synthesize(image, label="malignant", size_mm=8, seed=3)
    picture, mask, record = made.save(tmp_path, 2)
    assert [each.name for each in (picture, mask, record)] == [
        f"scan.synthetic-2.{end}" for end in ("dcm", "mask.png", "json")
    ]
    again = read(picture)
    assert np.array_equal(again.values, made.image.values)
    assert np.array_equal(again.pixels, made.image.pixels)
    assert [each.origin for each in again.windows] == [each.origin for each in image.windows]
    assert (again.spacing, again.view, again.laterality) == (image.spacing, image.view, image.laterality)
    assert again.intent == image.intent
    assert not [each for each in again.notes if "contradicts" in each]
    before, after = (pydicom.dcmread(each).pixel_array for each in (image.path, picture))
    far = made.mask == 0
    assert (before != after)[~far].any()
    assert (before != after).sum() == (image.values != made.image.values).sum()
    assert np.array_equal(np.asarray(Image.open(mask)), made.mask)


def test_it_follows_the_rules_of_derived_images_and_names_nobody(phantom: Mammogram, tmp_path: Path) -> None:
    source = dicom_of(phantom, tmp_path, **FORMS["windowed"])
    said = pydicom.dcmread(source)
    said.ViewCodeSequence = [dicom_mg.code("399162004", "cranio-caudal")]
    said.ViewCodeSequence[0].private_block(0x0029, "ACME", create=True).add_new(1, "LO", PERSON["PatientID"])
    said.PixelSpacing, said.PixelSpacingCalibrationType = [MM, MM], "GEOMETRY"
    said.PixelSpacingCalibrationDescription = PERSON["StudyDescription"]
    said.save_as(source)
    picture, *_ = written(read(source), tmp_path)
    before, after = pydicom.dcmread(source), pydicom.dcmread(picture)
    assert after.ImageType[0] == "DERIVED"
    assert after.ContentQualification == "RESEARCH"
    assert "ynthetic" in after.SeriesDescription
    assert "ynthetic" in after.DerivationDescription
    assert after.SourceImageSequence[0].ReferencedSOPInstanceUID == before.SOPInstanceUID
    for keyword in ("SOPInstanceUID", "SeriesInstanceUID", "StudyInstanceUID"):
        assert after[keyword].value != before.get(keyword)
    assert after.file_meta.MediaStorageSOPInstanceUID == after.SOPInstanceUID
    everything = picture.read_bytes() + b"".join(each.read_bytes() for each in tmp_path.glob("*.json"))
    for value in PERSON.values():
        assert value.encode() not in everything


def test_a_spacing_that_was_given_is_that_of_the_derived_image(phantom: Mammogram, tmp_path: Path) -> None:
    facts = {"PixelSpacing": [0.18, 0.18], "PixelSpacingCalibrationType": "GEOMETRY"}
    source = dicom_of(phantom, tmp_path, EstimatedRadiographicMagnificationFactor="1.1", **facts)
    picture, *_ = written(read(source, 0.15), tmp_path)
    assert read(picture).spacing == (0.15, 0.15)
    picture, *_ = written(read(source), tmp_path)
    assert (read(picture).spacing, read(picture).spacing_source) == ((0.18, 0.18), "PixelSpacing")


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (Debian package dicom3tools) is not installed")
@pytest.mark.parametrize("form", ["phantom", "windowed", "compressed", "like CBIS-DDSM"])
def test_dciodvfy_finds_no_error(phantom: Mammogram, tmp_path: Path, form: str) -> None:
    path = dicom_mg.write(phantom, tmp_path / "scan.dcm") if form == "phantom" else None
    form_of = {**FORMS, "like CBIS-DDSM": {**FORMS["windowed"], "PatientOrientation": "CC", "Laterality": "L"}}
    picture, *_ = written(read(path or dicom_of(phantom, tmp_path, **form_of[form])), tmp_path)
    said = subprocess.run(["dciodvfy", picture], capture_output=True, text=True, check=False)
    assert "MammographyImageForPresentation" in said.stderr + said.stdout
    assert [line for line in (said.stderr + said.stdout).splitlines() if line.startswith("Error")] == []


def test_a_phantoms_windows_stay(phantom: Mammogram, tmp_path: Path) -> None:
    picture, *_ = written(read(dicom_mg.write(phantom, tmp_path / "scan.dcm")), tmp_path)
    assert [each.explanation for each in read(picture).windows] == [each.explanation for each in WINDOWS]


@pytest.mark.parametrize(("top", "dtype"), [(255, np.uint8), (4095, np.uint16), (65535, np.uint16)])
def test_a_picture_keeps_its_depth(phantom: Mammogram, tmp_path: Path, top: int, dtype: type) -> None:
    stored = np.round(phantom.pixels * top).astype(dtype)
    Image.fromarray(stored).save(tmp_path / "film.png", dpi=(25.4 / MM, 25.4 / MM))
    image = read(tmp_path / "film.png")
    made = synthesize(image, label="malignant", size_mm=8, seed=3)
    picture, *_ = made.save(tmp_path)
    again = np.asarray(Image.open(picture))
    assert again.dtype == stored.dtype
    assert np.array_equal(again[made.image.pixels == image.pixels], stored[made.image.pixels == image.pixels])
    assert read(picture).spacing == pytest.approx(image.spacing)


@pytest.mark.parametrize(("top", "depth"), [(4095, 12), (65535, 16)])
def test_a_dark_picture_is_as_dark_when_it_is_read_again(
    phantom: Mammogram, tmp_path: Path, top: int, depth: int
) -> None:
    pixels = np.round(phantom.pixels * top / 5).astype(np.float32) / np.float32(top)
    dark = replace(phantom, pixels=pixels)
    rounded = np.round(pixels * 65535).astype(np.float32) / np.float32(65535)  # as PGM is read
    assert depth_of(pixels) == depth_of(rounded) == depth
    write_png(dark, dark, {}, tmp_path / "dark.png")
    assert np.array_equal(read(tmp_path / "dark.png").pixels, pixels)


@pytest.mark.parametrize("form", ["dicom", "png"])
def test_whoever_opens_it_sees_that_it_is_synthetic(phantom: Mammogram, tmp_path: Path, form: str) -> None:
    image = read(dicom_of(phantom, tmp_path)) if form == "dicom" else phantom
    picture, _, record = written(image, tmp_path)
    opened = read(picture)
    assert "synthetic" in text(opened).lower()
    assert opened.properties["synthetic"] == "yes"
    findings = analyze(opened, "masses")
    assert any("Synthetic" in each for each in findings.run.warnings)
    assert json.loads(record.read_text())["synthetic"] is True
    assert not any("Synthetic" in note for note in image.notes)


def test_the_same_seed_gives_the_same_bytes(phantom: Mammogram, tmp_path: Path) -> None:
    image = read(dicom_of(phantom, tmp_path, **FORMS["windowed"]))
    first, second = (written(image, tmp_path / name) for name in ("a", "b"))
    assert [each.read_bytes() for each in first] == [each.read_bytes() for each in second]
