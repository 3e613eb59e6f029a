"""Results read back are the results saved."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.readers.results import read_findings, results_below, results_of


def result() -> Findings:
    mask = np.zeros((9, 8), np.uint16)
    mask[2:4, 3:6] = 4
    return Findings(
        image=ImageRecord("x.dcm", None, 9, 8, (0.1, 0.2), "given", "CC", None),
        pipeline="calcifications",
        model=ModelRecord("some-model"),
        image_score=0.25,
        findings=(
            Finding(4, "calcification", (2, 3, 4, 6), (2.5, 4.0), 0.75, 0.1, cluster=7, features={"contrast": 1.5}),
        ),
        run=RunRecord("1", {"threshold": 0.5}, warnings=("odd",)),
        summary={"calcifications": 1},
        mask=mask,
    )


def test_what_was_saved_reads_back_equal(tmp_path):
    saved = result()
    saved.save(tmp_path)
    [path] = results_below(tmp_path, "calcifications")
    read = read_findings(path)
    assert np.array_equal(read.mask, saved.mask)
    assert replace(read, mask=None) == replace(saved, mask=None)


def test_the_results_of_an_image_are_found_among_other_files(tmp_path):
    result().save(tmp_path, ["coco", "metrics", "csv"])
    (tmp_path / "x.synthetic-1.json").write_text("{}")
    assert [each.pipeline for each in results_of(result().image, tmp_path)] == ["calcifications"]
    for other in ("x.png", "y.dcm"):
        with pytest.raises(InputError, match=f"holds no result of {other}"):
            results_of(replace(result().image, name=other), tmp_path)


def test_a_result_of_another_image_of_the_same_name_is_not_taken_for_the_images(tmp_path):
    for place, content in ((tmp_path, "a"), (tmp_path / "2", "b")):
        replace(result(), image=replace(result().image, sha256=content)).save(place)
    for content in "ab":
        image = replace(result().image, sha256=content)
        assert [each.image.sha256 for each in results_of(image, tmp_path)] == [content]


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"schema": "mammoseg.findings/2"}', '{"schema": "mammoseg.findings/1"}']
)
def test_what_is_no_result_is_refused(tmp_path, text):
    (tmp_path / "x.masses.json").write_text(text)
    with pytest.raises(InputError, match="is not a result"):
        read_findings(tmp_path / "x.masses.json")


def test_a_result_that_is_not_there_is_said_to_be_missing(tmp_path):
    with pytest.raises(InputError, match="cannot be read \\(No such file"):
        read_findings(tmp_path / "x.masses.json")


def test_a_folder_without_results_is_said(tmp_path):
    with pytest.raises(InputError, match=r"NAME\.masses\.json"):
        results_below(tmp_path, "masses")


def test_an_image_called_exam_is_not_taken_for_the_line_of_its_exam(tmp_path):
    (tmp_path / "exam.json").write_text('{"schema": "mammoseg.exam/1"}')
    named = result()
    replace(named, image=replace(named.image, name="exam.dcm")).save(tmp_path)
    assert [each.image.name for each in results_of(replace(named.image, name="exam.dcm"), tmp_path)] == ["exam.dcm"]
