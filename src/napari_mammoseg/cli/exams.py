"""What `analyze` adds for a folder: its images grouped into exams, and a line for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any


def report_exams(
    paths: Sequence[Path], pipelines: Sequence[str], scores: Mapping[Path, Mapping[str, float]], out: Path
) -> list[str]:
    """Writes `exam.json` and `exam.csv` of the images at `paths` into `out`; returns a line per exam, after a head.

    scores: image scores by file and pipeline, of what could be analysed.
    """
    from napari_mammoseg.exams import exams_of
    from napari_mammoseg.exams.scores import exam_record, write_exams

    exams = enumerate(exams_of(paths), start=1)
    records = [exam_record(number, exam, pipelines, scores) for number, exam in exams]
    write_exams(records, out)
    return ["", "highest score per exam and breast", *map(_line, records)]


def _line(record: Mapping[str, Any]) -> str:
    said = [f"{name} R {_score(each['right'])} L {_score(each['left'])}" for name, each in record["scores"].items()]
    missing = f"  (no {', '.join(record['missing'])})" if record["missing"] else ""
    return f"{record['name']:32} {'   '.join(said)}{missing}"


def _score(value: float | None) -> str:
    return "  -  " if value is None else f"{value:.3f}"
