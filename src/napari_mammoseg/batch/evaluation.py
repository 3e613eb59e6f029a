"""Many images compared with their truth, one after the other, and their scores as documents."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from napari_mammoseg import files
from napari_mammoseg._version import VERSION
from napari_mammoseg.batch.faults import as_input_error
from napari_mammoseg.batch.results import Fail, HeldOut, Opens, Result
from napari_mammoseg.errors import InputError
from napari_mammoseg.evaluation.answers import answers
from napari_mammoseg.evaluation.case import Case, judge, located
from napari_mammoseg.evaluation.class_scores import of_levels
from napari_mammoseg.evaluation.report import html
from napari_mammoseg.evaluation.score import Score
from napari_mammoseg.evaluation.scores import scores
from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Findings
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.pipeline_table import PIPELINES
from napari_mammoseg.readers import read
from napari_mammoseg.readers.truth import Table, Truth, Truths
from napari_mammoseg.tissue.standard import breast_or_field
from napari_mammoseg.writers.table_csv import write_rows

SCHEMA = "mammoseg.evaluation/1"
AtBoxes = Callable[[Mammogram, Truth], Findings | None]
"""Gives a pipeline's answers at the boxes of the truth; None where there are none."""
Again = Callable[[Case], Mammogram | None]
"""Opens an image again for its pictures in the report; None where it is no longer there."""


def _again(case: Case) -> Mammogram | None:
    try:
        return None if case.source is None else read(case.source)
    except InputError:
        return None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The scores of some images, and the facts that say what was scored and how."""

    pipeline: str
    cases: Sequence[Case]
    scores: Sequence[Score]
    facts: Mapping[str, Any]
    again: Again = _again

    def to_dict(self) -> dict[str, Any]:
        """As `mammoseg.evaluation/1`."""
        return {
            "schema": SCHEMA,
            "pipeline": self.pipeline,
            **self.facts,
            "scores": [_record(each) for each in self.scores],
        }

    def save(self, folder: Path) -> None:
        """Writes `report.html`, `scores.json` and `scores.csv`."""
        files.folder(folder)
        shown = {name: value for name, value in self.facts.items() if not isinstance(value, Mapping)}
        page = html(self.cases, self.scores, self.pipeline, shown, self.again)
        for name, text in (("report.html", page), ("scores.json", json.dumps(self.to_dict(), indent=1) + "\n")):
            with atomic(folder / name) as temporary:
                temporary.write_bytes(text.encode("utf-8", "backslashreplace"))
        rows = [_row(each) for each in self.scores]
        write_rows(folder / "scores.csv", rows, {"pipeline": self.pipeline, **self.facts}, ("name", "value"))


def evaluate(
    results: Iterable[Result],
    truths: Truths | None,
    pipeline: str,
    rule: str | None,
    samples: int,
    seed: int,
    fail: Fail,
    held_out: HeldOut | None = None,
    at_boxes: AtBoxes | None = None,
) -> Evaluation:
    """Compares results with their truth. An image without truth is handed to `fail` and left out.

    truths: None where the images carry their own. held_out: the data set that the images come from, if any.
    at_boxes: what is scored beside the results, for pipelines whose answers at the truth's boxes count.
    """
    cases: list[Case] = []
    made: dict[str, Mapping[str, Any]] = {}
    for found, image in results:
        try:
            known = _truth(found, image, truths)
            threshold = float(found.run.settings.get("threshold", 0.5))
            inside = breast_or_field(image().projected().pixels) if PIPELINES[pipeline].outlined else None
            case = judge(found, known.lesions, known.patient, known.labels, rule, threshold, inside)
            boxed = None if at_boxes is None else at_boxes(image(), known)
            cases.append(case if boxed is None else _with_answers(case, boxed, known))
        except Exception as error:  # noqa: BLE001  any fault of one image is said, and the others are scored
            fail(as_input_error(error, found.image.name))
        else:
            settings = dict(found.run.settings)
            made[json.dumps([found.model.name, settings], default=str)] = {"model": found.model.name, **settings}
    facts = {**({} if held_out is None else held_out.facts), **_facts(cases, list(made.values()), samples, seed)}
    if isinstance(truths, Table):
        facts["images of the truth without a result"] = len(truths.never_asked)
    if PIPELINES[pipeline].classifies:
        facts["reliability"] = {level: [asdict(each) for each in bins] for level, bins in of_levels(cases).items()}
    again = _again if held_out is None else held_out.again
    return Evaluation(pipeline, cases, scores(cases, pipeline, rule, samples, seed) if cases else (), facts, again)


def _with_answers(case: Case, boxed: Findings, known: Truth) -> Case:
    """The case with what was said at the truth's boxes, too."""
    return replace(case, answers=case.answers + answers(boxed, located(known.lesions, known.labels), case.patient))


def _truth(found: Findings, image: Opens, truths: Truths | None) -> Truth:
    """What the given place says of the image, else what its own data set says; the patient from either."""
    if truths is None:
        return _own(image())
    folder = None if found.source is None else found.source.parent
    known = truths.of(found.image.name, (found.image.rows, found.image.columns), folder)
    if known is None:
        return _own(image())
    if known.patient is None and found.source is not None and found.source.is_file():
        return replace(known, patient=image().patient)
    return known


def _own(image: Mammogram) -> Truth:
    if image.truth is None:
        raise InputError(image.name, "has no truth", "add it to the truth, or leave the image out")
    return Truth(image.truth, image.patient)


def _facts(cases: Sequence[Case], made: Sequence[Mapping[str, Any]], samples: int, seed: int) -> dict[str, Any]:
    return {
        "images": len(cases),
        "patients": len({each.patient for each in cases}),
        "images of unknown patient, each taken for one": sum(each.alone for each in cases),
        "model": ", ".join(sorted({str(each["model"]) for each in made})),
        "settings": made[0] if len(made) == 1 else {str(number): each for number, each in enumerate(made, start=1)},
        "intervals": {"level": 0.95, "over": "patients", "samples": samples, "seed": seed},
        "version": VERSION,
    }


def _record(score: Score) -> dict[str, Any]:
    return asdict(score) | {"value": None if math.isnan(score.value) else round(score.value, 6)}


def _row(score: Score) -> dict[str, Any]:
    record = _record(score)
    low, high = record.pop("interval") or (None, None)
    return {"name": record.pop("name"), "value": record.pop("value"), "low": low, "high": high, **record}
