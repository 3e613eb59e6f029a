"""The scores of an exam: of each breast by each pipeline, how much left and right differ, and malignancy."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_mammoseg.evaluation.views import malignancy_together
from napari_mammoseg.exams.exam import PLACES, Exam
from napari_mammoseg.files import atomic
from napari_mammoseg.writers.table_csv import write_rows

SCHEMA = "mammoseg.exam/1"
NOTE = (
    "scores are the highest image score of a breast's images, 0 to 1; difference: left minus right; "
    "p_malignant: of the surest finding of each of its images, the mean of their log-odds as a probability"
)


@dataclass(frozen=True, slots=True)
class ImageScore:
    """What one pipeline says of an image; p_malignant: of its surest finding, where it has one that is judged."""

    score: float
    p_malignant: float | None = None


Scores = Mapping[Path, Mapping[str, ImageScore]]
"""What is said of each image, by its file and the name of the pipeline."""


@dataclass(frozen=True, slots=True)
class BreastScores:
    """The highest image score of each breast by one pipeline; None where no image of it was analysed.

    p_malignant_right, p_malignant_left: of both views together; None where no finding was judged.
    """

    right: float | None
    left: float | None
    highest: float | None
    p_malignant_right: float | None = None
    p_malignant_left: float | None = None

    @property
    def difference(self) -> float | None:
        """Left minus right; None where one of them is unknown."""
        if self.left is None or self.right is None:
            return None
        return round(self.left - self.right, 6)

    def to_dict(self) -> dict[str, float | None]:
        """p_malignant is there where a finding was judged."""
        scores = {"right": self.right, "left": self.left, "highest": self.highest, "difference": self.difference}
        malignant = {"p_malignant_right": self.p_malignant_right, "p_malignant_left": self.p_malignant_left}
        return scores | {name: value for name, value in malignant.items() if value is not None}


def breast_scores(exam: Exam, pipeline: str, scores: Scores) -> BreastScores:
    """The scores of `exam` by one pipeline. An image whose side is unknown counts for `highest` alone."""
    known = [(each.laterality, scores.get(each.path, {}).get(pipeline)) for each in exam.images]
    found = [(side, score) for side, score in known if score is not None]
    right, left = ([score for side, score in found if side == name] for name in "RL")
    return BreastScores(
        _together(max, (each.score for each in right)),
        _together(max, (each.score for each in left)),
        _together(max, (each.score for _, each in found)),
        _together(malignancy_together, (each.p_malignant for each in right)),
        _together(malignancy_together, (each.p_malignant for each in left)),
    )


def _together(rule: Callable[[list[float]], float], values: Iterable[float | None]) -> float | None:
    known = [each for each in values if each is not None]
    return rule(known) if known else None


def exam_record(number: int, exam: Exam, pipelines: Sequence[str], scores: Scores) -> dict[str, Any]:
    """One exam as `exam.json` has it: its images by name, what is missing, its scores. No patient, no date."""
    return {
        "exam": number,
        "name": exam.called or f"exam {number}",
        "images": [
            {
                "name": each.path.name,
                "laterality": each.laterality,
                "view": each.view,
                "scores": {name: _score(scores, each.path, name) for name in pipelines},
            }
            for each in exam.images
        ],
        "missing": list(exam.missing),
        "scores": {name: breast_scores(exam, name, scores).to_dict() for name in pipelines},
    }


def _score(scores: Scores, path: Path, pipeline: str) -> float | None:
    said = scores.get(path, {}).get(pipeline)
    return None if said is None else said.score


def write_exams(records: Sequence[Mapping[str, Any]], folder: Path) -> list[Path]:
    """Writes `exam.json` and `exam.csv`, one exam per row, into `folder`; returns their paths."""
    document = {"schema": SCHEMA, "note": NOTE, "exams": list(records)}
    with atomic(folder / "exam.json") as temporary:
        temporary.write_bytes((json.dumps(document, indent=1) + "\n").encode("utf-8", "backslashreplace"))
    write_rows(folder / "exam.csv", [_row(each) for each in records], {"note": NOTE}, ("exam", "name"))
    return [folder / "exam.json", folder / "exam.csv"]


def _row(record: Mapping[str, Any]) -> dict[str, Any]:
    views = [f"{each['laterality'] or ''}{each['view'] or ''}" or "?" for each in record["images"]]
    order = {place: number for number, place in enumerate(PLACES)}
    row = {
        "exam": record["exam"],
        "name": record["name"],
        "images": len(views),
        "views": " ".join(sorted(views, key=lambda view: order.get(view, len(order)))),  # type: ignore[call-overload]
        "missing": " ".join(record["missing"]),
    }
    for pipeline, scores in record["scores"].items():
        row |= {f"{pipeline}_{name}": value for name, value in scores.items()}
    return row
