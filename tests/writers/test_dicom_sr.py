"""DICOM SR (TID 1500), read back by highdicom and checked by dciodvfy."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import highdicom
import numpy as np
import pydicom
import pytest
from pydicom.sr.codedict import codes
from skimage.draw import polygon2mask

from napari_mammoseg.errors import InputError
from napari_mammoseg.writers import dicom_sr


def test_every_finding_reads_back_with_its_kind_place_and_numbers(findings, tmp_path):
    [path] = dicom_sr.write(findings, tmp_path, "x")
    groups = highdicom.sr.srread(path).content.get_planar_roi_measurement_groups()
    assert [each.tracking_identifier for each in groups] == [f"calcifications {each.id}" for each in findings.findings]
    kinds = [codes.SCT.IndividualCalcification] * 2 + [codes.SCT.CalcificationCluster]
    assert [each.finding_type for each in groups] == kinds
    numbers = [{m.name: m.value for m in each.get_measurements()} for each in groups]
    assert [each[codes.DCM.CertaintyOfFinding] for each in numbers] == [75, 50, 75]
    assert numbers[0][codes.SCT.Area] == pytest.approx(0.51)
    assert numbers[1][codes.DCM.ProbabilityOfCancer] == pytest.approx(12.5)
    assert codes.SCT.Area not in numbers[2]
    assert groups[2].get_qualitative_evaluations()[0].value == codes.SCT.Malignant


def test_outlines_lie_on_the_pixels_of_the_mask_in_dicom_coordinates(findings, tmp_path):
    [path] = dicom_sr.write(findings, tmp_path, "x")
    groups = highdicom.sr.srread(path).content.get_planar_roi_measurement_groups()
    # DICOM counts columns first and from the pixel's corner: half a pixel less, rows first, is the array's way
    outline = groups[0].roi.value[:, ::-1] - 0.5
    assert np.array_equal(outline[0], outline[-1])
    assert np.array_equal(polygon2mask(findings.mask.shape, outline), findings.mask == 2)
    box = groups[2].roi.value
    assert (box.min(axis=0).tolist(), box.max(axis=0).tolist()) == ([30, 10], [120, 61])


def test_it_refers_to_its_image_and_belongs_to_its_study(findings, tmp_path):
    written = pydicom.dcmread(dicom_sr.write(findings, tmp_path, "x")[0])
    source = pydicom.dcmread(findings.source)
    assert written.StudyInstanceUID == source.StudyInstanceUID
    assert written.PatientID == source.PatientID
    evidence = written.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    assert evidence.ReferencedSOPSequence[0].ReferencedSOPInstanceUID == source.SOPInstanceUID


def test_nothing_found_is_a_report_of_nothing(findings, tmp_path):
    [path] = dicom_sr.write(replace(findings, findings=(), mask=None), tmp_path, "x")
    content = highdicom.sr.srread(path).content
    assert content.get_planar_roi_measurement_groups() == []
    [image] = content.get_image_measurement_groups()
    assert [each.value for each in image.get_measurements()] == [75]


def test_an_input_that_is_no_dicom_is_refused(findings, tmp_path):
    with pytest.raises(InputError, match="is not a DICOM file"):
        dicom_sr.write(replace(findings, source=None), tmp_path, "x")


@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dciodvfy (Debian package dicom3tools) is not installed")
def test_dciodvfy_finds_no_error(findings, tmp_path):
    [path] = dicom_sr.write(findings, tmp_path, "x")
    said = subprocess.run(["dciodvfy", path], capture_output=True, text=True).stderr
    assert [line for line in said.splitlines() if line.startswith("Error")] == []
