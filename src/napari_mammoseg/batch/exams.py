"""What is written for a folder: its images grouped into exams, and the scores of each breast."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Set
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_mammoseg.errors import InputError
from napari_mammoseg.pipeline_table import PIPELINES
from napari_mammoseg.readers import sha256_of
from napari_mammoseg.readers.results import read_findings

if TYPE_CHECKING:
    from napari_mammoseg.exams.scores import ImageScore

Refuse = Callable[[InputError], None]


def write_exams_of(folders: Mapping[Path, Path], out: Path, refuse: Refuse) -> list[dict[str, Any]]:
    """Writes `exam.json` and `exam.csv` into `out`; returns the record of each exam, none where there are none.

    folders: where the results of each input are; those of earlier runs with other pipelines count, too. A result of
    another image, which had the same name then, counts nowhere and is handed to `refuse`.
    """
    from napari_mammoseg.exams import exams_of
    from napari_mammoseg.exams.scores import exam_record, write_exams

    scores = {path: _scores(path, folder, refuse) for path, folder in folders.items()}
    pipelines = _scoring({name for each in scores.values() for name in each})
    records = [exam_record(number, exam, pipelines, scores) for number, exam in enumerate(exams_of(folders), start=1)]
    write_exams(records, out)
    return records


def _scoring(known: Set[str]) -> list[str]:
    """The pipelines whose scores are told: not that of outlines beside that of the masses they are drawn around."""
    outlined = {name for name in known if PIPELINES[name].outlined}
    searched = {PIPELINES[name].family for name in known - outlined}
    return [
        name for name in PIPELINES if name in known and not (name in outlined and PIPELINES[name].family in searched)
    ]


def _scores(path: Path, folder: Path, refuse: Refuse) -> dict[str, ImageScore]:
    """What is said of an input by pipeline, as far as there is a result of this very image."""
    results = {name: folder / f"{path.stem}.{name}.json" for name in PIPELINES}
    known = {name: found for name, each in results.items() if (found := _image_and_score(each)) is not None}
    try:
        image = sha256_of(path) if known else ""
    except InputError:  # said when it was analysed
        return {}
    for name, (of, _) in known.items():
        if of != image:
            what = "is a result of another image, not counted in exam.json"
            refuse(InputError(results[name], what, "analyze again"))
    return {name: score for name, (of, score) in known.items() if of == image}


def _image_and_score(result: Path) -> tuple[str | None, ImageScore] | None:
    """The SHA-256 of the image that a result is of, and what it says; None where there is no result to be read."""
    from napari_mammoseg.exams.scores import ImageScore

    try:
        found = read_findings(result, with_mask=False)
    except InputError:
        return None
    return found.image.sha256, ImageScore(found.image_score, found.p_malignant)
