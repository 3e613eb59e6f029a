"""Saving: names, atomicity, and no word on the patient."""

from __future__ import annotations

import gzip
import json
import sys
from dataclasses import replace

import pytest

from napari_mammoseg.errors import InputError
from napari_mammoseg.writers import WRITERS, save

DICOM_FORMATS = ("dicom-seg", "dicom-sr")
PRIVATE = ("Mustermann", "Erika", "PAT4711", "19470811", "ACC0815", "Sankt", "20260102", "Doktor")


def test_every_format_writes_files_called_after_image_and_pipeline(findings, tmp_path):
    paths = save(findings, tmp_path / "out", WRITERS)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(path.name for path in paths)
    assert all(path.name.startswith("scan.calcifications.") for path in paths)
    assert len(paths) == len(WRITERS) + 1


def test_no_output_but_the_dicom_objects_carries_patient_data(findings, tmp_path):
    paths = save(findings, tmp_path / "out", [each for each in WRITERS if each not in DICOM_FORMATS])
    assert len(paths) == len(WRITERS) - 1
    for path in paths:
        content = path.read_bytes()
        if path.suffix == ".gz":
            content = gzip.decompress(content)
        for word in (*PRIVATE, str(tmp_path)):
            assert word.encode() not in content, (path.name, word)


def test_where_the_image_lies_is_said_as_seen_from_the_folder_of_the_result(findings, tmp_path):
    from_elsewhere = replace(findings, run=replace(findings.run, input="../../elsewhere/scan.dcm"))
    save(from_elsewhere, tmp_path / "a" / "b")
    assert (
        json.loads((tmp_path / "a" / "b" / "scan.calcifications.json").read_text())["run"]["input"] == "../../scan.dcm"
    )
    save(findings, tmp_path / "c")
    assert json.loads((tmp_path / "c" / "scan.calcifications.json").read_text())["run"]["input"] == "../scan.dcm"


def test_folders_that_may_be_called_after_a_person_are_not_named(findings, tmp_path):
    (tmp_path / "Anna").mkdir()
    moved = findings.source.rename(tmp_path / "Anna" / "scan.dcm")
    (path, *_) = save(replace(findings, source=moved), tmp_path / "out", [each for each in WRITERS if each != "nifti"])
    assert json.loads(path.read_text())["run"]["input"] is None
    assert all(b"Anna" not in each.read_bytes() for each in path.parent.iterdir())


def test_an_unknown_format_is_refused_before_anything_is_written(findings, tmp_path):
    with pytest.raises(InputError, match="choose from json, png, tiff"):
        save(findings, tmp_path / "out", ["tiff", "docx"])
    assert not (tmp_path / "out").exists()


def test_what_came_before_a_refused_dicom_object_is_there_and_whole(findings, tmp_path):
    findings.source.write_bytes(b"no longer DICOM" * 50)
    with pytest.raises(InputError, match="is not a DICOM file"):
        save(findings, tmp_path / "out", ["dicom-seg"])
    assert json.loads((tmp_path / "out" / "scan.calcifications.json").read_text())["image_score"] == 0.75
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "scan.calcifications.json",
        "scan.calcifications.mask.png",
    ]


def test_a_folder_that_cannot_be_written_is_said_in_one_line(findings, tmp_path):
    (tmp_path / "scan.calcifications.json").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        save(findings, tmp_path)


def test_a_save_that_is_half_done_names_what_was_written_and_what_was_not(findings, tmp_path):
    findings.source.write_bytes(b"no longer DICOM" * 50)
    with pytest.raises(InputError) as refusal:
        save(findings, tmp_path / "out", ["dicom-seg", "csv", "dicom-sr"])
    said = str(refusal.value)
    assert "not written: dicom-seg, dicom-sr" in said
    assert f"written to {tmp_path / 'out'}: scan.calcifications.mask.png, scan.calcifications.csv" in said
    assert (tmp_path / "out" / "scan.calcifications.csv").exists()
    assert json.loads((tmp_path / "out" / "scan.calcifications.json").read_text())["run"]["formats"] == ["csv"]


def test_the_findings_are_written_when_all_else_is(findings, tmp_path, monkeypatch):
    save(findings, tmp_path)
    monkeypatch.setattr("napari_mammoseg.writers.table_csv.write", lambda *arguments: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        save(findings, tmp_path, ["csv"])
    assert not (tmp_path / "scan.calcifications.json").exists()


def test_a_format_whose_package_is_missing_is_refused_before_anything_is_written(findings, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nibabel", None)
    with pytest.raises(InputError, match=r"napari-mammoseg\[nifti\]"):
        save(findings, tmp_path / "out", ["nifti"])
    assert not (tmp_path / "out").exists()
