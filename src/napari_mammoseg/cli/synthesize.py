"""`mammoseg synthesize`: synthetic lesions put into the healthy tissue of mammograms."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from napari_mammoseg import models, settings
from napari_mammoseg.batch.inputs import images
from napari_mammoseg.cli import SOME_FAILED, options
from napari_mammoseg.cli.inputs import error_record
from napari_mammoseg.cli.progress import show
from napari_mammoseg.errors import InputError
from napari_mammoseg.inference import resolve


def synthesize(
    inputs: Annotated[list[Path], typer.Argument(metavar="INPUT...", help="Mammograms, or folders of them.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Folder for the results.")],
    kind: Annotated[str, typer.Option(help="What is put in: mass or calcifications.")] = "mass",
    at: Annotated[str | None, typer.Option(metavar="ROW,COL", help="Where; else a healthy place is chosen.")] = None,
    mask: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Outline of it, or its area: a PNG or TIFF, not 0.")
    ] = None,
    label: Annotated[str | None, typer.Option(help="benign or malignant; else as many of each.")] = None,
    size_mm: Annotated[
        float | None,
        typer.Option("--size-mm", metavar="MM", parser=options.millimetres, help="Longer side, in mm; else drawn."),
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="Images made of each input; seeds count up from --seed.")] = 1,
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same bytes.")] = 0,
    model: Annotated[str | None, typer.Option(metavar="NAME-or-FILE", help="What makes masses.")] = None,
    spacing: options.Spacing = None,
    device: options.Device = "auto",
    workers: options.Workers = 1,
    cluster: options.Cluster = None,
    resume: Annotated[bool, typer.Option("--resume", help="Keep what an earlier run made.")] = False,
    formats: Annotated[
        str, typer.Option("--format", metavar="LIST", help="coco: all lesions in synthetic.coco.json, too.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON for each image.")] = False,
) -> None:
    """Put synthetic lesions into healthy tissue: NAME.synthetic-K.dcm (or .png), its mask and its record."""
    from napari_mammoseg import batch, files
    from napari_mammoseg.batch.folders import output_folders
    from napari_mammoseg.batch.synthesis import Synthesis, make
    from napari_mammoseg.synthesis import LABELS

    values = _values(kind=kind, label=label, size_mm=size_mm, seed=seed, model=model)
    place = None if at is None else _place(at)
    if place is not None and mask is not None:
        raise InputError("--at, --mask", "both say where", "give one of them")
    overviews = _overviews(formats)
    resolve(device)
    files.output_folder(out)
    failures: list[InputError] = []
    paths = list(_sources(inputs, out, failures.append))
    chosen = [label] if label else LABELS
    jobs = []
    for number, (path, folder) in enumerate(zip(paths, output_folders(paths, out), strict=True)):
        labels = tuple(chosen[(number * count + each) % len(chosen)] for each in range(count))
        jobs.append(Synthesis(path, folder, labels, values, place, mask, spacing, device, resume))
    for error in failures:
        _fail(error, str(error.subject), as_json)
    for folder in {job.folder for job in jobs}:
        files.sweep(folder)
    alone = workers == 1 and cluster is None
    for outcome in batch.run(jobs, partial(make, report=show) if alone else make, workers, cluster):
        for record in outcome.results:
            print(json.dumps(record) if as_json else _line(record), flush=True)
        if outcome.error is not None:
            failures.append(outcome.error)
            _fail(outcome.error, outcome.job.name, as_json)
    _write(overviews, out, as_json)
    if failures:
        raise typer.Exit(SOME_FAILED)


def _write(overviews: list[Callable[[Path], Path]], out: Path, as_json: bool) -> None:
    """What is written of the whole folder, where anything was made there."""
    from napari_mammoseg.synthesis.overview import made_below

    for path in [write(out) for write in overviews] if made_below(out) else []:
        if not as_json:
            print(path, flush=True)


def _sources(inputs: list[Path], out: Path, fail: Callable[[InputError], None]) -> Iterator[Path]:
    """The images that are meant: of a folder that holds `out`, not those which an earlier call made there."""
    from napari_mammoseg.synthesis.overview import made_below

    made = made_below(out)
    return (each for each in images(inputs, fail) if each in inputs or each.resolve() not in made)


def _values(**given: Any) -> dict[str, Any]:
    """The settings given. Raises InputError where one is not allowed, before any work."""
    from napari_mammoseg.synthesis import SynthesisSettings

    values = {name: value for name, value in given.items() if value is not None}
    checked = settings.build(SynthesisSettings, values)
    if checked.kind == "mass":
        found = models.find(checked.model, task="synthesize")
        if found.network is not None and found.path is None:
            raise InputError(found.name, "has no weights here", f"make them with: mammoseg train {found.name}")
    return {name: value for name, value in values.items() if name != "label"}


def _overviews(formats: str) -> list[Callable[[Path], Path]]:
    """What is written of the whole folder. Raises InputError where the list names a format that is not one of them."""
    from napari_mammoseg.synthesis.coco import write_coco
    from napari_mammoseg.synthesis.overview import write_manifest, write_sheet

    named = {each for each in formats.split(",") if each}
    if named - {"coco"}:
        raise InputError(f"--format {formats}", "is not a format of synthetic data sets", "give coco")
    return [write_manifest, write_sheet, *([write_coco] if named else [])]


def _place(text: str) -> tuple[float, float]:
    try:
        row, column = (float(each) for each in text.split(","))
    except ValueError:
        raise InputError(f"--at {text}", "is not a place", "write ROW,COL in pixels, such as 1200,800") from None
    return row, column


def _fail(error: InputError, name: str, as_json: bool) -> None:
    print(error, file=sys.stderr, flush=True)
    if as_json:
        print(json.dumps(error_record(error, name)), flush=True)


def _line(record: dict[str, Any]) -> str:
    from napari_mammoseg.synthesis import size

    row, column = record["at"]
    place = f"row {row:.0f}, column {column:.0f}"
    warnings = "".join(f"\n    note: {each}" for each in record["warnings"])
    return f"{record['image']:40} {record['label']} {record['kind']} of {size.said(record)} at {place}{warnings}"
