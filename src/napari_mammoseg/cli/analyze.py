"""`mammoseg analyze`: pipelines on inputs, results into a folder."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from napari_mammoseg import models, pipelines, settings
from napari_mammoseg.batch.inputs import images, is_folder
from napari_mammoseg.cli import SOME_FAILED, options
from napari_mammoseg.cli.exams import lines_of
from napari_mammoseg.cli.inputs import error_record
from napari_mammoseg.cli.progress import show
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box
from napari_mammoseg.inference import resolve, resolve_backend
from napari_mammoseg.kinds import counted
from napari_mammoseg.writers import ALWAYS, WRITERS, check_formats

if TYPE_CHECKING:
    from napari_mammoseg.batch import Outcome
    from napari_mammoseg.batch.analysis import Analysis

_TAKING = ", ".join(each.name for each in pipelines.PIPELINES.values() if each.takes_boxes)
_BOX = f"Box drawn loosely around a mass, in rows and columns of every INPUT ({_TAKING}); may be given several times."
_MORE = ", ".join(name for name in WRITERS if name not in ALWAYS)
_FORMATS = typer.Option("--format", metavar="LIST", help=f"More files, separated by commas: {_MORE}.")


def analyze(
    pipeline: Annotated[str, typer.Argument(help=f"{', '.join(pipelines.PIPELINES)}, or all of them.")],
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="Mammograms, or folders of them.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the results.")],
    model: Annotated[str | None, typer.Option(metavar="NAME-or-FILE", help="Another model.")] = None,
    threshold: Annotated[str | None, typer.Option(help="Lowest score of a finding that is kept.")] = None,
    pairs: options.Settings = None,
    spacing: options.Spacing = None,
    box: Annotated[list[str] | None, typer.Option(metavar="R0,C0,R1,C1", help=_BOX)] = None,
    device: options.Device = "auto",
    backend: options.Backend = "auto",
    workers: options.Workers = 1,
    cluster: options.Cluster = None,
    resume: Annotated[bool, typer.Option("--resume", help="Skip inputs whose results are already there.")] = False,
    formats: Annotated[str, _FORMATS] = "",
    as_json: Annotated[bool, typer.Option("--json", help="The findings as JSON on standard output.")] = False,
) -> None:
    """Run a pipeline (or all) on mammograms and write masks, findings and what --format adds.

    Of folders also `exam.json` and `exam.csv`: the images grouped into exams, and the scores of each breast.
    """
    from napari_mammoseg import batch, files
    from napari_mammoseg.batch.analysis import Analysis
    from napari_mammoseg.batch.analysis import analyze as do
    from napari_mammoseg.batch.exams import write_exams_of
    from napari_mammoseg.batch.folders import output_folders

    own = [f"{name}={value}" for name, value in (("model", model), ("threshold", threshold)) if value is not None]
    chosen = _settings(pipeline, [*own, *(pairs or [])])
    boxes = _boxes(box or [], tuple(chosen))
    wanted = check_formats([each for each in formats.split(",") if each])
    resolve_backend(backend, resolve(device))
    files.output_folder(out)
    failures: list[InputError] = []
    paths = list(images(inputs, failures.append))
    jobs = [
        Analysis(path, folder, tuple(chosen), chosen, spacing, boxes, wanted, device, backend, resume)
        for path, folder in zip(paths, output_folders(paths, out), strict=True)
    ]
    for error in failures:
        _fail(error, str(error.subject), as_json)
    if jobs and not as_json:
        print(_HEAD, flush=True)
    for folder in {job.folder for job in jobs}:
        files.sweep(folder)
    alone = workers == 1 and cluster is None
    for outcome in batch.run(jobs, partial(do, report=show) if alone else do, workers, cluster):
        failures += [] if outcome.error is None else [outcome.error]
        _tell(outcome, pipeline, as_json)
    if any(is_folder(each) for each in inputs):
        exams = write_exams_of({job.input: job.folder for job in jobs}, out, partial(print, file=sys.stderr))
        print("" if as_json else "".join(f"{line}\n" for line in lines_of(exams)), end="", flush=True)
    if failures:
        raise typer.Exit(SOME_FAILED)


def _tell(outcome: Outcome[Analysis, Any], pipeline: str, as_json: bool) -> None:
    """The fault of an input, or its findings: as JSON, or in one line per pipeline."""
    if outcome.error is not None:
        _fail(outcome.error, outcome.job.name, as_json)
    elif as_json:
        print(json.dumps(outcome.results if pipeline == "all" else outcome.results[0]), flush=True)
    if not as_json:
        print("".join(f"{_line(record)}\n" for record in outcome.results), end="", flush=True)


def _settings(pipeline: str, pairs: list[str]) -> dict[str, dict[str, Any]]:
    """The settings given for each pipeline that is to run; with `all`, each takes the ones that it declares."""
    chosen: dict[str, dict[str, Any]] = {}
    wanted = list(pipelines.PIPELINES.values()) if pipeline == "all" else [pipelines.pipeline(pipeline)]
    names = {each.name: {setting.name for setting in settings.declared(each.settings)} for each in wanted}
    for each in wanted:
        others = set().union(*names.values()) - names[each.name]
        mine = [pair for pair in pairs if pair.partition("=")[0] not in others]
        values = settings.parse(each.settings, mine)
        checked = settings.build(each.settings, values)
        models.find(checked.model, task=each.name)
        chosen[each.name] = values
    return chosen


def _boxes(texts: list[str], chosen: tuple[str, ...]) -> tuple[Box, ...] | None:
    """The boxes as numbers; None where there are none. Raises InputError where no pipeline takes them."""
    if not texts:
        return None
    taking = [each.name for each in pipelines.PIPELINES.values() if each.takes_boxes]
    if not set(taking) & set(chosen):
        raise InputError("--box", f"is not for {', '.join(chosen)}", f"leave it out, or choose {' or '.join(taking)}")
    return tuple(_box(each) for each in texts)


def _box(text: str) -> Box:
    try:
        row0, column0, row1, column1 = (int(each) for each in text.split(","))
    except ValueError:
        raise InputError(f"--box {text}", "is not a box", "give four whole numbers: R0,C0,R1,C1") from None
    return row0, column0, row1, column1


def _fail(error: InputError, name: str, as_json: bool) -> None:
    print(error, file=sys.stderr, flush=True)
    if as_json:
        print(json.dumps(error_record(error, name)), flush=True)


_COLUMNS = "{:32} {:16} {:>11} {:>8} {}"
_HEAD = _COLUMNS.format("image", "pipeline", "image score", "seconds", "found")


def _line(record: dict[str, Any]) -> str:
    counts = record["summary"].items()
    found = ", ".join(counted(name, value) for name, value in counts if isinstance(value, int) and value) or "nothing"
    score, seconds = f"{record['image_score']:.3f}", f"{record['run']['seconds']['total']:.2f}"
    line = _COLUMNS.format(record["image"]["name"], record["pipeline"], score, seconds, found)
    return line + "".join(f"\n    note: {each}" for each in record["run"]["warnings"])
