"""DICOM SEG, read back by highdicom and checked by dciodvfy."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest

from napari_mammoseg.errors import InputError
from napari_mammoseg.writers import dicom_seg, dicom_sr


def labels_of(path, findings) -> np.ndarray:
    """The mask with the ids of the findings, from the file alone."""
    read = highdicom.seg.segread(path)
    drawn = np.zeros(findings.mask.shape, np.uint16)
    source = pydicom.dcmread(findings.source, stop_before_pixels=True)
    for number in read.segment_numbers:
        area = read.get_pixels_by_source_instance([source.SOPInstanceUID], segment_numbers=[number])[0, ..., 0]
        drawn[area > 0] = int(read.get_segment_description(number).tracking_id.split()[-1])
    return drawn


def test_it_reads_back_equal_and_unflipped(findings, tmp_path):
    [path] = dicom_seg.write(findings, tmp_path, "x")
    assert np.array_equal(labels_of(path, findings), findings.mask)
    frames = pydicom.dcmread(path).pixel_array
    assert np.array_equal(frames.any(axis=0), findings.mask > 0)


def test_many_large_findings_become_one_label_map_of_the_ids(findings, tmp_path, monkeypatch):
    monkeypatch.setattr(dicom_seg, "_LARGEST_BINARY_BITS", 10)
    [path] = dicom_seg.write(findings, tmp_path, "x")
    read = highdicom.seg.segread(path)
    assert np.array_equal(read.pixel_array.reshape(findings.mask.shape), findings.mask)


def test_it_belongs_to_the_images_study_and_patient(findings, tmp_path):
    written = pydicom.dcmread(dicom_seg.write(findings, tmp_path, "x")[0])
    source = pydicom.dcmread(findings.source)
    for keyword in ("StudyInstanceUID", "PatientID", "PatientName"):
        assert written[keyword] == source[keyword]
    assert written.SeriesInstanceUID != source.SeriesInstanceUID
    assert written.Modality == "SEG"


def test_the_same_result_gets_the_same_identifier_and_another_result_another(findings):
    again = replace(findings, run=replace(findings.run, seconds={"total": 3.0}))
    other = replace(findings, image_score=0.1)
    numbers = [dicom_seg.of(each).SOPInstanceUID for each in (findings, again, other)]
    assert numbers[0] == numbers[1] != numbers[2]


def test_nothing_found_gives_no_file(findings, tmp_path):
    assert dicom_seg.write(findings.above(1.0), tmp_path, "x") == []
    with pytest.raises(InputError, match="no outlined finding"):
        dicom_seg.of(findings.above(1.0))


def test_an_input_that_is_no_dicom_is_refused_in_one_line(findings, tmp_path):
    picture = tmp_path / "x.png"
    picture.write_bytes(b"\x89PNG no DICOM at all" * 20)
    for source in (None, picture):
        with pytest.raises(InputError, match=r"^scan\.dcm: is not a DICOM file") as refusal:
            dicom_seg.write(replace(findings, source=source), tmp_path, "x")
        assert "\n" not in str(refusal.value)
    assert list(tmp_path.glob("x.*")) == [picture]


def test_a_dicom_file_without_a_study_is_refused(findings, tmp_path):
    image = pydicom.dcmread(findings.source)
    del image.StudyInstanceUID
    image.save_as(findings.source)
    with pytest.raises(InputError, match="lacks StudyInstanceUID"):
        dicom_seg.write(findings, tmp_path, "x")


def test_a_header_with_next_to_nothing_in_it_is_enough(findings, tmp_path):
    image = pydicom.dcmread(findings.source)
    for keyword in ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID"):
        del image[keyword]
    image.FrameOfReferenceUID = "1.2.3"
    image.save_as(findings.source)
    assert np.array_equal(labels_of(dicom_seg.write(findings, tmp_path, "x")[0], findings), findings.mask)


@pytest.mark.parametrize("module", [dicom_seg, dicom_sr])
def test_an_odd_patient_name_or_date_is_not_cited_in_a_warning(findings, tmp_path, module, recwarn, capsys):
    image = pydicom.dcmread(findings.source)
    image.PatientName, image.StudyDate = "Erika-4711", "00000000"
    image.save_as(findings.source)
    recwarn.clear()
    module.write(findings, tmp_path, "x")
    said = [str(each.message) for each in recwarn.list] + list(capsys.readouterr())
    assert not [each for each in said if "Erika" in each or "00000000" in each]


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (Debian package dicom3tools) is not installed")
def test_dciodvfy_finds_no_error(findings, tmp_path):
    [path] = dicom_seg.write(findings, tmp_path, "x")
    said = subprocess.run(["dciodvfy", path], capture_output=True, text=True).stderr
    assert [line for line in said.splitlines() if line.startswith("Error")] == []


def test_real_mammograms_of_three_makers_take_a_segmentation(findings, shared, tmp_path):
    folder = shared / "data" / "dicom_mg"
    for name in ("vendors/GH133.dcm", "vendors/OutOfBoundsOverlay.dcm", "syntaxes/MG1_J2KI.dcm"):
        header = pydicom.dcmread(folder / name, stop_before_pixels=True)
        mask = np.zeros((header.Rows, header.Columns), np.uint16)
        mask[100:200, 300:350] = 2
        mask[-1, -7:] = 5
        here = replace(findings, source=folder / name, mask=mask)
        assert np.array_equal(labels_of(dicom_seg.write(here, tmp_path, "x")[0], here), mask)


WRITTEN_AND_READ = [(dicom_seg, "x.seg.dcm"), (dicom_sr, "x.sr.dcm")]


def with_element(findings, keyword, value, vr):
    """Puts raw bytes into the source's header, as no library would write them."""
    image = pydicom.dcmread(findings.source)
    tag = pydicom.tag.Tag(keyword)
    image._dict[tag] = pydicom.dataelem.RawDataElement(tag, vr, len(value), value, 0, False, True)
    image.save_as(findings.source)


@pytest.mark.parametrize(("module", "name"), WRITTEN_AND_READ)
def test_a_japanese_name_is_in_the_object(findings, tmp_path, module, name):
    image = pydicom.dcmread(findings.source)
    image.SpecificCharacterSet = ["", "ISO 2022 IR 87"]
    image.PatientName = "Yamada^Tarou=山田^太郎"
    image.save_as(findings.source)
    module.write(findings, tmp_path, "x")
    assert str(pydicom.dcmread(tmp_path / name).PatientName) == "Yamada^Tarou=山田^太郎"


@pytest.mark.parametrize("module", [dicom_seg, dicom_sr])
def test_a_character_set_that_does_not_exist_is_refused_in_one_line(findings, tmp_path, module):
    with_element(findings, "SpecificCharacterSet", b"ISO_IR 999", "CS")
    with pytest.raises(InputError, match="character set that does not exist"):
        module.write(findings, tmp_path, "x")


@pytest.mark.parametrize(("module", "name"), WRITTEN_AND_READ)
@pytest.mark.parametrize(
    ("keyword", "value", "vr"),
    [
        ("PatientSex", b"Z9", "CS"),
        ("PatientSex", b"M\\F ", "CS"),
        ("PatientName", b"\xff\xfe\\x==== ", "PN"),
        ("StudyTime", b"noon", "TM"),
        ("ImagerPixelSpacing", b"0.1 ", "DS"),
        ("BodyPartThickness", b"thick ", "DS"),
        ("PatientOrientation", b"\x81\x82", "CS"),
    ],
)
def test_a_value_that_cannot_be_is_left_out_of_the_object(findings, tmp_path, module, name, keyword, value, vr):
    with_element(findings, keyword, value, vr)
    module.write(findings, tmp_path, "x")
    assert pydicom.dcmread(tmp_path / name).SOPInstanceUID


@pytest.mark.parametrize("value", [b"1.2.3.4.5.6 ", b"1.2\\1.3 ", b"\xff\xfe"])
def test_an_object_of_no_known_class_is_refused_in_one_line(findings, tmp_path, value):
    with_element(findings, "SOPClassUID", value, "UI")
    with pytest.raises(InputError, match=r"class that DICOM does not know|lacks SOPClassUID"):
        dicom_seg.write(findings, tmp_path, "x")
