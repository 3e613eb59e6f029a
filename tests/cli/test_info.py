"""`mammoseg info`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import Sequence
from pydicom.uid import JPEGLSLossless
from typer.testing import CliRunner

from dicom_files import code, dataset, item, ramp, write
from napari_mammoseg import samples
from napari_mammoseg.cli import app
from napari_mammoseg.cli.info import record, text
from napari_mammoseg.mammogram import Lesion, Mammogram

IDENTITY = ("MUSTERFRAU", "4711-PID", "19610203", "20240506", "KLINIKUM", "DR-ALBERT", "ACC-9988", "1961", "Jane")


def run(*arguments: Any) -> tuple[int, str, str]:
    result = CliRunner().invoke(app(), ["info", *map(str, arguments)], catch_exceptions=False)
    return result.exit_code, result.stdout, result.stderr


def records(*arguments: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run("--json", *arguments)[1].splitlines()]


def test_a_dicom_file_is_described(tmp_path: Path):
    data = dataset(ramp(), WindowCenter=2000, WindowWidth=1500, WindowCenterWidthExplanation="NORMAL")
    path = write(data, tmp_path / "x.dcm", JPEGLSLossless)
    (found,) = records(path)
    assert found["image"] | {"sha256": None} == {
        "name": "x.dcm",
        "sha256": None,
        "rows": 64,
        "columns": 64,
        "spacing_mm": [0.05, 0.05],
        "spacing_source": "ImagerPixelSpacing",
        "view": "CC",
        "laterality": "L",
    }
    assert found["intent"] == "FOR PRESENTATION"
    assert found["transfer_syntax"] == JPEGLSLossless.name
    window = {"explanation": "NORMAL", "kind": "window", "center": 2000, "width": 1500, "function": "LINEAR"}
    assert found["windows"] == [window]
    assert found["truth"] is None
    status, said, errors = run(path)
    assert (status, errors) == (0, "")
    for each in (
        "64 rows x 64 columns",
        "0.05 x 0.05 mm, from ImagerPixelSpacing",
        "L CC",
        "NORMAL (LINEAR 2000/1500)",
    ):
        assert each in said


def test_the_others_are_done_and_the_status_is_3(tmp_path: Path):
    write(dataset(ramp()), tmp_path / "a.dcm")
    (tmp_path / "b.dcm").write_bytes((tmp_path / "a.dcm").read_bytes()[:2000])
    write(dataset(ramp()), tmp_path / "c.dcm")
    (tmp_path / "d").symlink_to(tmp_path / "d")
    status, said, errors = run("--json", tmp_path, tmp_path / "missing.dcm")
    assert status == 3
    found = [json.loads(line) for line in said.splitlines()]
    assert [each["image"]["name"] for each in found] == ["a.dcm", "b.dcm", "c.dcm", "d", "missing.dcm"]
    assert [each["schema"] for each in found] == [
        f"mammoseg.{each}/1" for each in ("info", "error", "info", "error", "error")
    ]
    assert len(errors.splitlines()) == 3


def test_nothing_that_names_a_patient_is_said(tmp_path: Path):
    person = {
        "PatientName": "MUSTERFRAU^Jane",
        "PatientID": "4711-PID",
        "PatientBirthDate": "19610203",
        "OtherPatientIDs": "4711-PID",
        "PatientAddress": "KLINIKUM 1",
        "PatientComments": "MUSTERFRAU",
        "StudyDate": "20240506",
        "SeriesDate": "20240506",
        "AcquisitionDate": "20240506",
        "ContentDate": "20240506",
        "AcquisitionDateTime": "20240506101112",
        "StudyTime": "101112",
        "StudyDescription": "MUSTERFRAU Jane",
        "SeriesDescription": "4711-PID",
        "AccessionNumber": "ACC-9988",
        "InstitutionName": "KLINIKUM",
        "InstitutionAddress": "KLINIKUM",
        "StationName": "KLINIKUM",
        "ReferringPhysicianName": "DR-ALBERT",
        "OperatorsName": "DR-ALBERT",
        "ProtocolName": "MUSTERFRAU",
        "ImageComments": "MUSTERFRAU 19610203",
        "DerivationDescription": "MUSTERFRAU",
        "StudyID": "4711-PID",
        "DeviceSerialNumber": "4711-PID",
        "RequestAttributesSequence": Sequence([item(RequestedProcedureDescription="MUSTERFRAU")]),
        "ViewCodeSequence": Sequence([code("R-10242", "SRT", "MUSTERFRAU")]),
    }
    data = dataset(ramp(), **person)
    data.add_new(0x00090010, "LO", "KLINIKUM")
    data.add_new(0x00091001, "LO", "MUSTERFRAU")
    whole = write(data, tmp_path / "whole.dcm")
    (tmp_path / "short.dcm").write_bytes(whole.read_bytes()[:-500])
    data.Rows = 65000
    write(data, tmp_path / "large.dcm")
    data.PhotometricInterpretation = "RGB"
    write(data, tmp_path / "colour.dcm")
    for arguments in ((tmp_path,), ("--json", tmp_path)):
        status, said, errors = run(*arguments)
        assert status == 3
        assert len(errors.splitlines()) == 3
        assert not [each for each in IDENTITY if each in said + errors]


def test_control_characters_of_a_file_do_not_reach_the_terminal(tmp_path: Path):
    data = dataset(ramp(), Manufacturer="A\x1b[31mB", WindowCenter=1, WindowWidth=2)
    data.WindowCenterWidthExplanation = "X\x1b]0;title\x07"
    said = run(write(data, tmp_path / "x.dcm"))[1]
    assert "\x1b" not in said
    assert "\x07" not in said


def test_truth_is_counted_and_told():
    mask = np.zeros((20, 30), np.bool_)
    mask[3:7, 4:9] = True
    lesions = (Lesion("mass", "malignant", mask=mask), Lesion("cluster", None, circle=(10.0, 12.0, 3.0)))
    image = Mammogram.of(np.zeros((20, 30), np.float32), "x", truth=lesions)
    assert "1 mass malignant, 1 cluster unknown" in text(image)
    assert [each.get("mask_box", each.get("circle")) for each in record(image)["truth"]] == [[3, 4, 7, 9], [10, 12, 3]]
    assert "free of lesions" in text(Mammogram.of(np.zeros((2, 2), np.float32), truth=()))


def test_the_truth_that_lies_beside_a_file_is_named():
    image = samples.path("phantom-31-L-CC.png")
    assert records(image)[0]["beside"] == ["phantom-31-L-CC.truth.json", "phantom-31-L-CC.mask.png"]
    said = [line.split() for line in run(image)[1].splitlines()]
    assert [line[-1] for line in said if line[:3] == ["truth", "beside", "it"]] == records(image)[0]["beside"]


def test_real_files_are_described_as_their_notes_say(shared: Path):
    folder = shared / "data" / "dicom_mg"
    found = {each["image"]["name"]: each for each in records(folder / "vendors")}
    ge = found["GH133.dcm"]
    assert (ge["image"]["rows"], ge["image"]["columns"]) == (3062, 2394)
    assert (ge["image"]["laterality"], ge["image"]["view"], ge["intent"]) == ("R", "MLO", "FOR PRESENTATION")
    assert ge["image"]["spacing_mm"] == pytest.approx([0.0941, 0.0941], abs=1e-4)
    assert ge["transfer_syntax"].startswith("JPEG Lossless")
    windows = [(each["explanation"], each["center"], each["width"], each["function"]) for each in ge["windows"][3:]]
    assert [each["kind"] for each in ge["windows"]] == ["LUT"] * 3 + ["window"] * 3
    assert windows == [
        ("NORMAL", 2653, 900, "SIGMOID"),
        ("HARDER", 2713, 750, "SIGMOID"),
        ("SOFTER", 2569, 1050, "SIGMOID"),
    ]
    siemens = found["OutOfBoundsOverlay.dcm"]
    assert siemens["image"]["spacing_mm"] == pytest.approx([0.085 / 1.04334] * 2, abs=1e-6)
    assert any("2 of them reaching outside" in note for note in siemens["notes"])
    test_object = found["spacing_test_object.dcm"]["image"]
    assert (test_object["spacing_mm"], test_object["spacing_source"]) == ([0.25, 0.25], "PixelSpacing")


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("headers/MG-Im-Hologic-PropProj.dcm", "no standard pixels"),
        ("headers/MG-RDSR-Hologic_2D.dcm", "is a structured report (X-Ray Radiation Dose SR Storage)"),
        ("headers/MG-RDSR-Hologic_mix.dcm", "is a structured report"),
        ("syntaxes/test_SR.dcm", "is a structured report"),
        ("syntaxes/MG1_JPLY.dcm", "cannot be decoded (JPEG Extended (Process 2 and 4), 12 bits)"),
    ],
)
def test_real_files_that_are_no_images_are_refused_with_their_reason(shared: Path, name: str, said: str):
    status, out, errors = run(shared / "data" / "dicom_mg" / name)
    assert (status, out) == (3, "")
    assert said in errors
    assert len(errors.splitlines()) == 1


def test_all_other_real_files_are_read(shared: Path):
    folder = shared / "data" / "dicom_mg"
    status, said, errors = run("--json", folder)
    found = [json.loads(line) for line in said.splitlines()]
    assert (status, len(errors.splitlines())) == (3, 5)
    assert sum(each["schema"] == "mammoseg.info/1" for each in found) == len(list(folder.rglob("*.dcm"))) - 5
    raw = [each for each in found if each.get("intent") == "FOR PROCESSING"]
    assert len(raw) == 2
    assert all("FOR PROCESSING" in each["notes"][0] for each in raw)
