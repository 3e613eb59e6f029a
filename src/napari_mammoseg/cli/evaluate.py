"""`mammoseg evaluate`: scores of a pipeline against a truth, each with its rule and its denominator."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from napari_mammoseg import models, pipelines, settings
from napari_mammoseg.batch.inputs import images
from napari_mammoseg.cli import SOME_FAILED, options
from napari_mammoseg.cli.evaluate_boxes import LOOSE, TRUTH, Asked, evaluate_boxes
from napari_mammoseg.cli.evaluate_synthesis import realism
from napari_mammoseg.cli.progress import show
from napari_mammoseg.data_sets import DATA_SETS
from napari_mammoseg.errors import InputError, needed
from napari_mammoseg.evaluation.score import counted
from napari_mammoseg.files import output_folder
from napari_mammoseg.inference import resolve, resolve_backend
from napari_mammoseg.run import Progress, Run

if TYPE_CHECKING:
    from napari_mammoseg.batch.evaluation import AtBoxes, Evaluation
    from napari_mammoseg.batch.results import HeldOut, Opens, Result
    from napari_mammoseg.pipeline_table import PipelineSettings
    from napari_mammoseg.readers.truth import Truths

T = TypeVar("T")
SYNTHESIS = "synthesis"
"""What is scored by how real its masses look; see `evaluate_synthesis`."""
_TRUTH = "CSV, mask, truth document, Info.txt, or a folder of these; with --data-set the data sets' folder."
_BOXES = (
    f"{LOOSE}, with --data-set: segment in boxes drawn loosely around masses. "
    f"{TRUTH}: classify at the truth's boxes alone, not of whole images."
)
_RULE = "Another matching rule: iou-0.5, iou-0.2, centre, covered-0.1, cluster, point-0.5mm, point-1mm."
_FINDINGS = typer.Option(metavar="DIR", help="Results of analyze, scored as they are.")
_DATA_SET = typer.Option(metavar="NAME", help=f"Images with truth below --truth: {', '.join(DATA_SETS)}.")
_FOLDS = typer.Option(min=1, help="With --data-set: split its patients into this many parts, as train does.")
_PATIENTS = typer.Option(metavar="FILE", help="With --data-set: only those on this list (train writes held_out.txt).")
_MODEL = typer.Option(metavar="NAME-or-FILE", help="Another model; {fold} in it stands for each fold (--boxes).")
_SHEET = typer.Option(metavar="DIR", help="Of synthesis: folder for a sheet of crops to guess, and the key.")
_EXPERIMENTS = typer.Option(metavar="DIR", help="Of synthesis: folder for the experiments of Peterka 2020.")


def evaluate(
    pipeline: Annotated[str, typer.Argument(help=f"One of {', '.join(pipelines.PIPELINES)}; or {SYNTHESIS}.")],
    truth: Annotated[Path, typer.Option(metavar="FILE-or-DIR", help=_TRUTH)],
    inputs: Annotated[list[Path] | None, typer.Argument(metavar="[INPUT...]", help="Mammograms, or folders.")] = None,
    findings: Annotated[Path | None, _FINDINGS] = None,
    data_set: Annotated[str | None, _DATA_SET] = None,
    folds: Annotated[int, _FOLDS] = 1,
    fold: Annotated[int, typer.Option(min=0, help="Which part to score: the one that train holds out.")] = 0,
    split_seed: Annotated[int, typer.Option(help="Seed of the split: the --seed given to train.")] = 0,
    patients: Annotated[list[Path] | None, _PATIENTS] = None,
    boxes: Annotated[str | None, typer.Option(metavar=f"{LOOSE}|{TRUTH}", help=_BOXES)] = None,
    rule: Annotated[str | None, typer.Option(help=_RULE)] = None,
    model: Annotated[str | None, _MODEL] = None,
    pairs: options.Settings = None,
    spacing: options.Spacing = None,
    device: options.Device = "auto",
    backend: options.Backend = "auto",
    samples: Annotated[int, typer.Option(min=0, help="Bootstrap samples; 0 gives no intervals.")] = 1000,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap, and of --boxes.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
    report: Annotated[Path | None, typer.Option(metavar="DIR", help="Folder for report.html and the scores.")] = None,
    sheet: Annotated[Path | None, _SHEET] = None,
    experiments: Annotated[Path | None, _EXPERIMENTS] = None,
) -> None:
    """Score a pipeline, or results that it wrote, against a truth."""
    from napari_mammoseg.batch import evaluation, results

    split, lists, values = (folds, fold, split_seed), patients or [], pairs or []
    if pipeline == SYNTHESIS:
        realism(truth, data_set, model, values, lists, split, seed, sheet, experiments, as_json)
        return
    _check_usage(inputs, findings, data_set, folds > 1 or bool(patients))
    _check_unused(findings, data_set, model, values, spacing)
    resolve_backend(backend, resolve(device))
    failures: list[InputError] = []
    asked = Asked(pipeline, boxes, data_set, truth, split, lists, model, values, device, backend, samples, seed, report)
    if asked.loose:
        _say(evaluate_boxes(asked, _settings, failures), failures, as_json, None)
        return
    chosen = _settings(pipeline, model, values)
    rule = _rule(rule)
    _check_report(report)
    held_out = None if data_set is None else _held_out(pipeline, data_set, truth, split, lists)
    truths = _truths(truth, pipeline) if held_out is None else None
    if findings is not None:
        found = results.saved(findings, pipeline, failures.append)
    else:
        opens = _files(inputs or [], spacing, failures) if held_out is None else held_out.images
        found = _analyzed(asked, opens, chosen, failures)
    answers = _at_boxes(pipeline, chosen, partial(Run, device, backend)) if findings is None else None
    done = evaluation.evaluate(found, truths, pipeline, rule, samples, seed, failures.append, held_out, answers)
    _say(done, failures, as_json, report)


def _analyzed(
    asked: Asked, opens: Sequence[tuple[str, Opens]], chosen: PipelineSettings, failures: list[InputError]
) -> Iterator[Result]:
    """What the pipeline says of each image now."""
    from napari_mammoseg.batch import results

    do = pipelines.nothing if asked.boxes == TRUTH else pipelines.analyze_all
    run = partial(Run, asked.device, asked.backend)
    return results.analyzed(_counted(opens), asked.pipeline, chosen, run, failures.append, do)


def _check_usage(inputs: list[Path] | None, findings: Path | None, data_set: str | None, some_patients: bool) -> None:
    if [bool(inputs), findings is not None, data_set is not None].count(True) != 1:
        raise InputError("evaluate", "needs either INPUT, --findings or --data-set", "give one of them")
    if some_patients and data_set is None:
        raise InputError("--folds, --patients", "choose patients of a data set", "give --data-set too")


def _check_unused(
    findings: Path | None, data_set: str | None, model: str | None, pairs: list[str], spacing: float | None
) -> None:
    """Raises InputError for options that would change nothing."""
    if findings is not None and (model or pairs or spacing):
        raise InputError("--model, --set, --spacing", "change no saved results", "give them to analyze, not here")
    if data_set is not None and spacing:
        raise InputError("--spacing", "is known of a data set's images", "leave it out")


def _check_report(report: Path | None) -> None:
    """Whether the report can be written, before any work."""
    if report is not None:
        for module in ("jinja2", "matplotlib"):
            needed(module, "--report", "report")
        output_folder(report)


def _rule(name: str | None) -> str | None:
    from napari_mammoseg.evaluation.matching import rule

    return None if name is None else rule(name).name


def _held_out(pipeline: str, data_set: str, folder: Path, split: tuple[int, int, int], lists: list[Path]) -> HeldOut:
    from napari_mammoseg.batch.results import HeldOut
    from napari_mammoseg.data_sets.split import Split

    return HeldOut.of(pipeline, data_set, folder, Split(*split), lists)


def _truths(place: Path, pipeline: str) -> Truths:
    from napari_mammoseg.readers.truth import open_truths

    return open_truths(place, pipelines.pipeline(pipeline).mask_kind)


def _files(inputs: list[Path], spacing: float | None, failures: list[InputError]) -> list[tuple[str, Opens]]:
    from napari_mammoseg.readers import read

    return [(path.name, partial(read, path, spacing)) for path in images(inputs, failures.append)]


def _at_boxes(pipeline: str, settings: pipelines.PipelineSettings, run: Callable[[], Run]) -> AtBoxes | None:
    """What is said at the truth's boxes, for pipelines that are scored by it."""
    from napari_mammoseg.batch.truth_boxes import answers_at_boxes

    if not pipelines.pipeline(pipeline).classifies:
        return None
    return lambda image, truth: answers_at_boxes(image, truth, pipeline, settings, run)


def _say(done: Evaluation, failures: list[InputError], as_json: bool, report: Path | None) -> None:
    """Prints the scores and what failed, and writes the report. Raises typer.Exit with status 3 if something failed."""
    if done.cases or done.scores:
        print(json.dumps(done.to_dict(), indent=1) if as_json else _text(done), flush=True)
        if report is not None:
            done.save(report)
    for error in failures:
        print(error, file=sys.stderr)
    if failures:
        raise typer.Exit(SOME_FAILED)


def _counted(items: Sequence[T]) -> Iterator[T]:
    """The items, with their progress shown on a terminal."""
    for done, item in enumerate(items, start=1):
        if sys.stderr.isatty():
            show(Progress("images", done - 1, len(items)))
        yield item
    if sys.stderr.isatty():
        show(Progress("images", len(items), len(items)))


def _settings(pipeline: str, model: str | None, pairs: Sequence[str]) -> pipelines.PipelineSettings:
    declared = pipelines.pipeline(pipeline).settings
    given = {} if model is None else {"model": model}
    chosen = settings.build(declared, {**given, **settings.parse(declared, pairs)})
    models.find(chosen.model, task=pipeline)
    return chosen


def _text(done: Evaluation) -> str:
    """Scores in groups of one rule and denominator, so that each number stands below its words."""
    from napari_mammoseg.evaluation.scores import why_none

    of = f"{counted(done.facts['images'], 'image')}, {counted(done.facts['patients'], 'patient')}"
    if unknown := done.facts["images of unknown patient, each taken for one"]:
        of += f" ({counted(unknown, 'image')} of unknown patient, each taken for one)"
    if left := done.facts.get("images of the truth without a result"):
        of += f"; not counted: {counted(left, 'image')} of the truth without a result"
    intervals = "95 % intervals by bootstrap over patients" if done.facts["intervals"]["samples"] else "no intervals"
    lines = [f"{done.pipeline} ({done.facts['model']}): {_data_set(done)}{of}; {intervals}"]
    width = max(46, max((len(each.name) for each in done.scores), default=0))
    above = ""
    for score in done.scores:
        words = f"{score.rule}; {score.denominator}; {score.of}"
        if words != above:
            lines += ["", words]
            above = words
        between = "" if score.interval is None else f"  {score.interval[0]:.3f} to {score.interval[1]:.3f}"
        lines.append(f"  {score.name:{width}} {score.value:.3f}{between}")
    return "\n".join(lines if done.scores else [*lines, f"no score: {why_none(done.pipeline)}"])


def _data_set(done: Evaluation) -> str:
    facts = done.facts
    if "data set" not in facts:
        return ""
    part = f"fold {facts['fold']} of {facts['folds']} (split seed {facts['split seed']})"
    listed = f" on {facts['lists of patients']} lists" if facts["lists of patients"] else ""
    return f"{facts['data set']}, {part if facts['folds'] > 1 else 'every patient'}{listed}, "
