"""Scores of breasts, and the files that hold them."""

from __future__ import annotations

import csv
import json
from pathlib import Path

from napari_mammoseg.exams import Exam, ExamImage
from napari_mammoseg.exams.scores import ImageScore, breast_scores, exam_record, write_exams


def exam(*places: str, **more: str) -> Exam:
    return Exam(tuple(ExamImage(Path(f"{each}.png"), each[0], each[1:], **more) for each in places))


def test_a_breast_s_score_is_its_images_highest_and_the_difference_is_left_minus_right() -> None:
    scores = {
        Path("RCC.png"): {"masses": ImageScore(0.2)},
        Path("RMLO.png"): {"masses": ImageScore(0.5)},
        Path("LCC.png"): {"masses": ImageScore(0.75)},
    }
    found = breast_scores(exam("RCC", "RMLO", "LCC"), "masses", scores)
    assert found.to_dict() == {"right": 0.5, "left": 0.75, "highest": 0.75, "difference": 0.25}


def test_a_breast_s_malignancy_is_the_mean_of_its_views_log_odds() -> None:
    said = {"RCC": ImageScore(0.5, 0.9), "RMLO": ImageScore(0.9, 0.5), "LCC": ImageScore(0.4)}
    found = breast_scores(
        exam(*said), "masses", {Path(f"{place}.png"): {"masses": each} for place, each in said.items()}
    )
    assert found.p_malignant_right == 0.75  # odds of 9 and 1: of 3 together
    assert "p_malignant_left" not in found.to_dict()


def test_a_breast_that_was_not_analysed_has_no_score_and_no_difference() -> None:
    found = breast_scores(exam("RCC", "LCC"), "masses", {Path("RCC.png"): {"masses": ImageScore(0.2)}})
    assert found.to_dict() == {"right": 0.2, "left": None, "highest": 0.2, "difference": None}


def test_an_image_of_unknown_side_counts_for_the_exam_alone() -> None:
    known = Exam((ExamImage(Path("a.png")),))
    found = breast_scores(known, "masses", {Path("a.png"): {"masses": ImageScore(0.9)}})
    assert (found.right, found.left, found.highest) == (None, None, 0.9)


def test_files_hold_a_line_for_each_exam_and_nothing_of_the_woman(tmp_path: Path) -> None:
    known = exam("RCC", "LMLO", patient="digest", study="1.2.840.99", date="2020-01-02")
    write_exams([exam_record(1, known, ["masses"], {Path("RCC.png"): {"masses": ImageScore(0.2)}})], tmp_path)
    (record,) = json.loads((tmp_path / "exam.json").read_text())["exams"]
    assert record["missing"] == ["LCC", "RMLO"]
    assert [each["scores"] for each in record["images"]] == [{"masses": 0.2}, {"masses": None}]
    (row,) = csv.DictReader(line for line in (tmp_path / "exam.csv").open() if not line.startswith("#"))
    assert (row["views"], row["masses_right"], row["masses_left"]) == ("RCC LMLO", "0.2", "")
    written = (tmp_path / "exam.json").read_text() + (tmp_path / "exam.csv").read_text()
    assert not any(each in written for each in ("digest", "1.2.840.99", "2020"))
