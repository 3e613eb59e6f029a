"""The job behind the dock's button: what `mammoseg analyze FOLDER` does, one image after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from napari_mammoseg import batch, files
from napari_mammoseg.batch.analysis import Analysis, analyze
from napari_mammoseg.batch.exams import write_exams_of
from napari_mammoseg.batch.folders import output_folders
from napari_mammoseg.batch.inputs import images
from napari_mammoseg.errors import InputError
from napari_mammoseg.run import Progress, Run

Told = Callable[["batch.Outcome[Analysis, dict[str, Any]]"], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What a person asked for. skip: images whose results are there already are not done again."""

    source: Path
    target: Path
    pipelines: tuple[str, ...]
    formats: tuple[str, ...] = ()
    device: str = "auto"
    skip: bool = True


def analyze_folder(order: Order, told: Told, run: Run) -> Sequence[InputError]:
    """Does every image and hands its outcome to `told`; returns what else went wrong.

    Raises InputError where nothing can be done, and Cancelled when somebody asked to stop: what is finished is on disk.
    """
    if not order.source.is_dir():
        raise InputError(order.source, "is not a folder", "choose a folder with mammograms")
    refused: list[InputError] = []
    paths = list(images([order.source], refused.append))
    if not paths:
        raise refused[0]
    files.folder(order.target)
    folders = output_folders(paths, order.target)
    for folder in set(folders):
        files.sweep(folder)
    jobs = [
        Analysis(path, folder, order.pipelines, formats=order.formats, device=order.device, resume=order.skip)
        for path, folder in zip(paths, folders, strict=True)
    ]
    outcomes = batch.run(jobs, partial(analyze, report=partial(_step, run)))
    for outcome in run.track(outcomes, "images", len(jobs)):
        told(outcome)
    write_exams_of({job.input: job.folder for job in jobs}, order.target, refused.append)
    return refused


def _step(run: Run, _progress: Progress) -> None:
    """Stops between two steps of one image, too."""
    run.check()
