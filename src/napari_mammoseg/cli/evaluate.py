"""`mammoseg evaluate`: scores of a pipeline against a truth, each with its rule and its denominator."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from napari_mammoseg import models, pipelines, settings
from napari_mammoseg._version import VERSION
from napari_mammoseg.cli import SOME_FAILED
from napari_mammoseg.cli.inputs import images
from napari_mammoseg.cli.progress import show
from napari_mammoseg.errors import InputError
from napari_mammoseg.evaluation.case import Case, judge
from napari_mammoseg.evaluation.matching import RULES
from napari_mammoseg.evaluation.matching import rule as rule_called
from napari_mammoseg.evaluation.score import Score
from napari_mammoseg.evaluation.scores import scores
from napari_mammoseg.findings import Findings
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import read
from napari_mammoseg.readers.results import read_findings, results_below
from napari_mammoseg.readers.truth import Kind, Truth, Truths, open_truths
from napari_mammoseg.run import Progress, Run

SCHEMA = "mammoseg.evaluation/1"
_MASKS_SHOW: dict[str, Kind] = {"calcifications": "calcification"}
Result = tuple[Findings, Callable[[], Mammogram]]


def evaluate(
    pipeline: Annotated[str, typer.Argument(help=f"One of {', '.join(pipelines.PIPELINES)}.")],
    truth: Annotated[
        Path, typer.Option(metavar="FILE-or-DIR", help="CSV, mask, truth document, Info.txt, or a folder of these.")
    ],
    inputs: Annotated[list[Path] | None, typer.Argument(metavar="[INPUT...]", help="Mammograms, or folders.")] = None,
    findings: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Results of analyze, scored as they are.")
    ] = None,
    rule: Annotated[str | None, typer.Option(help=f"Another matching rule: {', '.join(RULES)}.")] = None,
    model: Annotated[str | None, typer.Option(metavar="NAME-or-FILE", help="Another model.")] = None,
    pairs: Annotated[list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Any other setting.")] = None,
    spacing: Annotated[float | None, typer.Option(metavar="MM", help="Pixel spacing, in mm.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    backend: Annotated[str, typer.Option(help="What runs the network: auto, openvino, torch or plain.")] = "auto",
    samples: Annotated[int, typer.Option(min=0, help="Draws of the bootstrap; 0: no intervals.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    report: Annotated[Path | None, typer.Option(metavar="DIR", help="Writes report.html and the scores there.")] = None,
) -> None:
    """Score a pipeline, or results that it wrote, against a truth."""
    chosen = _settings(pipeline, model, pairs or [])
    if rule is not None:
        rule_called(rule)
    truths = open_truths(truth, _MASKS_SHOW.get(pipeline, "mass"))
    failures: list[InputError] = []
    if (findings is None) == (not inputs):
        raise InputError("evaluate", "needs either INPUT or --findings", "give one of them")
    if findings is not None:
        results = _saved(findings, pipeline, failures.append)
    else:
        results = _analyzed(inputs or [], pipeline, chosen, Run(device, backend), spacing, failures.append)
    cases, kinds = _cases(results, truths, rule, chosen.threshold, failures.append)
    if not cases:
        for error in failures:
            print(error, file=sys.stderr)
        raise typer.Exit(SOME_FAILED)
    found = scores(cases, pipeline, rule, samples, seed)
    facts = _facts(cases, kinds, truth, asdict(chosen), samples, seed)  # type: ignore[call-overload]
    document = {"schema": SCHEMA, "pipeline": pipeline, **facts, "scores": [_record(each) for each in found]}
    if report is not None:
        _write_report(report, pipeline, cases, found, facts, document)
    print(json.dumps(document, indent=1) if as_json else _text(pipeline, facts, found))
    for error in failures:
        print(error, file=sys.stderr)
    if failures:
        raise typer.Exit(SOME_FAILED)


def _settings(pipeline: str, model: str | None, pairs: list[str]) -> pipelines.PipelineSettings:
    declared = pipelines.pipeline(pipeline).settings
    given = {} if model is None else {"model": model}
    chosen = settings.build(declared, {**given, **settings.parse(declared, pairs)})
    models.find(chosen.model, task=pipeline)
    return chosen


def _analyzed(
    inputs: list[Path],
    pipeline: str,
    chosen: pipelines.PipelineSettings,
    run: Run,
    spacing: float | None,
    fail: Callable[[InputError], None],
) -> Iterator[Result]:
    """Every candidate on every input, whatever its score."""
    paths = list(images(inputs, fail))
    for done, path in enumerate(paths):
        _progress(Progress("images", done, len(paths)))
        try:
            image = read(path, spacing)
            found = pipelines.analyze_all(image, pipeline, chosen, Run(run.device, run.backend))
        except InputError as error:
            fail(error)
        else:
            yield replace(found, source=path), lambda image=image: image  # type: ignore[misc]
    _progress(Progress("images", len(paths), len(paths)))


def _progress(progress: Progress) -> None:
    if sys.stderr.isatty():
        show(progress)


def _saved(folder: Path, pipeline: str, fail: Callable[[InputError], None]) -> Iterator[Result]:
    """The results in a folder; their images are opened only where their truth lies in them."""
    for path in results_below(folder, pipeline):
        try:
            found = read_findings(path)
        except InputError as error:
            fail(error)
        else:
            yield found, partial(_image_of, found)


def _image_of(found: Findings) -> Mammogram:
    if found.source is None:
        raise InputError(found.image.name, "has no truth, and its result does not say where it lies", "give its truth")
    return read(found.source, found.image.spacing_mm)


def _cases(
    results: Iterator[Result], truths: Truths, rule: str | None, threshold: float, fail: Callable[[InputError], None]
) -> tuple[list[Case], set[str]]:
    """The images whose truth is known, held against it; also the models that found."""
    cases, found_by = [], set()
    for found, image in results:
        try:
            known = _truth(found, image, truths)
            cases.append(judge(found, known.lesions, known.patient, known.labels, rule, threshold))
            found_by.add(found.model.name)
        except InputError as error:
            fail(error)
    return cases, found_by


def _truth(found: Findings, image: Callable[[], Mammogram], truths: Truths) -> Truth:
    """What the given place knows, else what the image's own data set says of it."""
    folder = None if found.source is None else found.source.parent
    known = truths.of(found.image.name, (found.image.rows, found.image.columns), folder)
    if known is not None and known.patient is not None:
        return known
    own = image() if known is None or (found.source is not None and found.source.is_file()) else None
    if known is not None:
        return known if own is None else replace(known, patient=own.patient)
    if own is None or own.truth is None:
        raise InputError(found.image.name, "has no truth", "add it to the truth, or leave the image out")
    return Truth(own.truth, own.patient)


def _facts(
    cases: list[Case], models: set[str], truth: Path, settings: dict[str, Any], samples: int, seed: int
) -> dict[str, Any]:
    alone = sum(each.patient.startswith("image ") for each in cases)
    return {
        "images": len(cases),
        "patients": len({each.patient for each in cases}),
        "images of unknown patient, each taken for one": alone,
        "model": ", ".join(sorted(models)),
        "truth": truth.name,
        "settings": settings,
        "intervals": {"level": 0.95, "over": "patients", "samples": samples, "seed": seed},
        "version": VERSION,
    }


def _record(score: Score) -> dict[str, Any]:
    record = asdict(score)
    return record | {"value": None if math.isnan(score.value) else round(score.value, 6)}


def _text(pipeline: str, facts: dict[str, Any], found: list[Score]) -> str:
    """Scores in groups of one rule and denominator, so that each number stands below its words."""
    lines = [f"{pipeline} ({facts['model']}): {facts['images']} images, {facts['patients']} patients, 95 % intervals"]
    above = ""
    for score in found:
        words = f"{score.rule}; {score.denominator}; {score.of}"
        if words != above:
            lines += ["", words]
            above = words
        between = "" if score.interval is None else f"  {score.interval[0]:.3f} to {score.interval[1]:.3f}"
        lines.append(f"  {score.name:44} {score.value:.3f}{between}")
    return "\n".join(lines if found else [*lines, "no score: the truth has no lesion of this kind with a place"])


def _write_report(
    folder: Path,
    pipeline: str,
    cases: list[Case],
    found: list[Score],
    facts: dict[str, Any],
    document: dict[str, Any],
) -> None:
    """`report.html`, `scores.json` and `scores.csv`."""
    from napari_mammoseg.evaluation.report import html
    from napari_mammoseg.writers.atomic import atomic
    from napari_mammoseg.writers.table_csv import write_rows

    folder.mkdir(parents=True, exist_ok=True)
    shown = {name: value for name, value in facts.items() if not isinstance(value, dict)}
    page = html(cases, found, pipeline, shown, _read_again)
    for name, text in (("report.html", page), ("scores.json", json.dumps(document, indent=1) + "\n")):
        with atomic(folder / name) as temporary:
            temporary.write_text(text, "utf-8")
    rows = [
        {**_record(each), "low": (each.interval or (None,))[0], "high": (each.interval or (None,))[-1]}
        for each in found
    ]
    for row in rows:
        del row["interval"]
    write_rows(folder / "scores.csv", rows, {"pipeline": pipeline, **facts}, ("name", "value", "low", "high"))


def _read_again(case: Case) -> Mammogram | None:
    try:
        return None if case.source is None else read(case.source)
    except InputError:
        return None
