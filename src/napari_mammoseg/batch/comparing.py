"""A result, or a folder of them, compared with a truth as `mammoseg evaluate` does it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from napari_mammoseg.batch.evaluation import Evaluation, evaluate
from napari_mammoseg.batch.results import Opens, Result, saved
from napari_mammoseg.errors import InputError
from napari_mammoseg.evaluation.report.curves import Drawing, curves
from napari_mammoseg.findings import Findings
from napari_mammoseg.readers.results import results_below
from napari_mammoseg.readers.truth import Truths
from napari_mammoseg.run import Run

SAMPLES, SEED = 1000, 0
"""Draws of the bootstrap, as the command has them."""


@dataclass(frozen=True, slots=True)
class Compared:
    """The scores, their curves, and what could not be compared."""

    evaluation: Evaluation
    drawings: tuple[Drawing, ...]
    failures: tuple[InputError, ...]


def compare_result(
    everything: Findings, threshold: float, image: Opens, truths: Truths, rule: str | None, run: Run
) -> Compared:
    """Every candidate of one run against the truth; what is counted at a threshold is counted at this one."""
    settings = {**everything.run.settings, "threshold": threshold}
    found = replace(everything, run=replace(everything.run, settings=settings))
    return _compare([(found, image)], truths, everything.pipeline, rule, run, [])


def compare_folder(folder: Path, pipeline: str, truths: Truths, rule: str | None, run: Run) -> Compared:
    """Saved results against the truth, as they were cut. Raises InputError where the folder holds none."""
    failures: list[InputError] = []
    total = len(results_below(folder, pipeline))
    results = run.track(saved(folder, pipeline, failures.append), "images", total)
    return _compare(results, truths, pipeline, rule, run, failures)


def _compare(
    results: Iterable[Result], truths: Truths, pipeline: str, rule: str | None, run: Run, failures: list[InputError]
) -> Compared:
    done = evaluate(results, truths, pipeline, rule, SAMPLES, SEED, failures.append)
    run.check()
    return Compared(done, tuple(curves(done.cases, pipeline)) if done.cases else (), tuple(failures))
