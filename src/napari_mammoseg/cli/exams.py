"""What `analyze` adds for a folder: its images grouped into exams, and a line for each."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from napari_mammoseg.pipeline_table import PIPELINES


def report_exams(folders: Mapping[Path, Path], out: Path) -> list[str]:
    """Writes `exam.json` and `exam.csv` into `out`; returns a line per exam, after a head, or none without exams.

    folders: where the results of each input are; those of earlier runs with other pipelines count, too.
    """
    from napari_mammoseg.exams import exams_of
    from napari_mammoseg.exams.scores import exam_record, write_exams

    scores = {path: _scores(path, folder) for path, folder in folders.items()}
    pipelines = [name for name in PIPELINES if any(name in each for each in scores.values())]
    exams = enumerate(exams_of(folders), start=1)
    records = [exam_record(number, exam, pipelines, scores) for number, exam in exams]
    write_exams(records, out)
    return ["", "highest score per exam and breast", *map(_line, records)] if records else []


def _scores(path: Path, folder: Path) -> dict[str, float]:
    """The image scores of an input by pipeline, as far as there is a result."""
    found = {name: _image_score(folder / f"{path.stem}.{name}.json") for name in PIPELINES}
    return {name: score for name, score in found.items() if score is not None}


def _image_score(result: Path) -> float | None:
    try:
        return float(json.loads(result.read_text("utf-8"))["image_score"])
    except (OSError, ValueError, KeyError, TypeError):  # not analysed, or not to be read
        return None


def _line(record: Mapping[str, Any]) -> str:
    said = [f"{name} {_breasts(each)}" for name, each in record["scores"].items()]
    missing = f"  (no {', '.join(record['missing'])})" if record["missing"] else ""
    return f"{record['name']:32} {'   '.join(said)}{missing}"


def _breasts(scores: Mapping[str, float | None]) -> str:
    difference = scores["difference"]
    said = "" if difference is None else f", L - R {difference:+.3f}"
    return f"R {_score(scores['right'])}, L {_score(scores['left'])}{said}"


def _score(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
