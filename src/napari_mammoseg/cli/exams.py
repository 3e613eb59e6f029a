"""What `analyze` adds for a folder: its images grouped into exams, and a line for each."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

from napari_mammoseg.errors import InputError
from napari_mammoseg.pipeline_table import PIPELINES
from napari_mammoseg.readers import sha256_of


def report_exams(folders: Mapping[Path, Path], out: Path) -> list[str]:
    """Writes `exam.json` and `exam.csv` into `out`; returns a line per exam, after a head, or none without exams.

    folders: where the results of each input are; those of earlier runs with other pipelines count, too. A result of
    another image, which had the same name then, counts nowhere and is said on standard error.
    """
    from napari_mammoseg.exams import exams_of
    from napari_mammoseg.exams.scores import exam_record, write_exams

    scores = {path: _scores(path, folder) for path, folder in folders.items()}
    pipelines = _scoring({name for each in scores.values() for name in each})
    exams = enumerate(exams_of(folders), start=1)
    records = [exam_record(number, exam, pipelines, scores) for number, exam in exams]
    write_exams(records, out)
    return ["", "highest score per exam and breast", *map(_line, records)] if records else []


def _scoring(known: Set[str]) -> list[str]:
    """The pipelines whose scores are told: not that of outlines beside that of the masses they are drawn around."""
    outlined = {name for name in known if PIPELINES[name].outlined}
    searched = {PIPELINES[name].family for name in known - outlined}
    return [
        name for name in PIPELINES if name in known and not (name in outlined and PIPELINES[name].family in searched)
    ]


def _scores(path: Path, folder: Path) -> dict[str, float]:
    """The image scores of an input by pipeline, as far as there is a result of this very image."""
    results = {name: folder / f"{path.stem}.{name}.json" for name in PIPELINES}
    there = {name: each for name, each in results.items() if each.is_file()}
    if not there:
        return {}
    try:
        image = sha256_of(path)
    except InputError:  # said when it was analysed
        return {}
    scores = {name: _image_score(each, image) for name, each in there.items()}
    return {name: score for name, score in scores.items() if score is not None}


def _image_score(result: Path, image: str) -> float | None:
    """The score in a result of the image with that SHA-256."""
    try:
        record = json.loads(result.read_text("utf-8"))
        of, score = record["image"]["sha256"], float(record["image_score"])
    except (OSError, ValueError, KeyError, TypeError):  # not to be read
        return None
    if of == image:
        return score
    print(
        InputError(result, "is a result of another image, not counted in exam.json", "analyze again"), file=sys.stderr
    )
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
