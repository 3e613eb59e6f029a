"""The scores of an exam: the highest of each breast by each pipeline, and how much left and right differ."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napari_mammoseg.exams.exam import PLACES, Exam
from napari_mammoseg.files import atomic
from napari_mammoseg.writers.table_csv import write_rows

SCHEMA = "mammoseg.exam/1"
NOTE = "scores are the highest image score of a breast's images, 0 to 1; difference: left minus right"


@dataclass(frozen=True, slots=True)
class BreastScores:
    """The highest image score of each breast by one pipeline; None where no image of it was analysed."""

    right: float | None
    left: float | None
    highest: float | None

    @property
    def difference(self) -> float | None:
        """Left minus right; None where one of them is unknown."""
        if self.left is None or self.right is None:
            return None
        return round(self.left - self.right, 6)

    def to_dict(self) -> dict[str, float | None]:
        return {"right": self.right, "left": self.left, "highest": self.highest, "difference": self.difference}


Scores = Mapping[Path, Mapping[str, float]]
"""The image score of each image's file by the name of the pipeline."""


def breast_scores(exam: Exam, pipeline: str, scores: Scores) -> BreastScores:
    """The scores of `exam` by one pipeline. An image whose side is unknown counts for `highest` alone."""
    known = [(each.laterality, scores.get(each.path, {}).get(pipeline)) for each in exam.images]
    found = [(side, score) for side, score in known if score is not None]

    def highest(*sides: str | None) -> float | None:
        return max((score for side, score in found if not sides or side in sides), default=None)

    return BreastScores(highest("R"), highest("L"), highest())


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
                "scores": {name: scores.get(each.path, {}).get(name) for name in pipelines},
            }
            for each in exam.images
        ],
        "missing": list(exam.missing),
        "scores": {name: breast_scores(exam, name, scores).to_dict() for name in pipelines},
    }


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
