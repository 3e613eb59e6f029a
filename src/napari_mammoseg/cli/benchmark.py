"""`mammoseg benchmark`: seconds, megapixels per second and memory by stage, against the plain way."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from napari_mammoseg import models, pipelines, settings
from napari_mammoseg.readers import read

if TYPE_CHECKING:
    from napari_mammoseg.benchmark import Measurement

SIZES = ((1024, 1406), (2048, 2813), (4095, 5625))
SPACING_MM = 0.05
NETWORK_STAGES = ("network", "detect", "find")
"""The first of these that a run recorded is the one in which its network works."""


def benchmark(
    pipeline: Annotated[str, typer.Argument(help="What to measure.")] = "calcifications",
    image: Annotated[Path | None, typer.Option("--input", help="A file of your own instead of phantoms.")] = None,
    model: Annotated[str | None, typer.Option(metavar="NAME-or-FILE", help="Another model.")] = None,
    repeats: Annotated[int, typer.Option(min=1, help="Runs of each; the fastest counts.")] = 3,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Measure whole runs, prompt to files: as shipped, and with torch as it comes, on images of growing size."""
    _check(pipeline, image, model)
    with _images(image) as files:
        document = {"pipeline": pipeline, **_measured(pipeline, files, model, repeats)}
    print(json.dumps(document) if as_json else _table(document, "1024 x 1024" if image is None else image.name))


def _check(pipeline: str, image: Path | None, model: str | None) -> None:
    """Raises InputError for what no run could do, before any is started."""
    declared = pipelines.pipeline(pipeline).settings
    models.find(model or settings.build(declared, {}).model, task=pipeline)
    if image is not None:
        read(image)


def _measured(pipeline: str, files: Sequence[Path], model: str | None, repeats: int) -> dict[str, Any]:
    """What the document says. files: of growing size, and last the one for a further image."""
    from napari_mammoseg.benchmark import measure, measure_first, seconds_of_a_further_image

    *images, last = files
    measure(pipeline, images[0], "auto", model)  # so that the networks are compiled
    runs = [
        min((measure(pipeline, file, backend, model) for _ in range(repeats)), key=_seconds)
        for file in images
        for backend in ("auto", "plain")
    ]
    firsts = [measure_first(pipeline, images[-1], model) for _ in range(repeats)]
    first = min((each for each in firsts if each is not None), key=_seconds, default=None)
    shipped, plain = (_record(run) for run in runs[-2:])
    return {
        "runs": [_record(run) for run in runs],
        "plain_to_shipped": round(plain["seconds"] / shipped["seconds"], 2),
        "plain_to_shipped_network": round(_network(plain) / _network(shipped), 2),
        "first_run": first and _record(first),
        "first_to_shipped": first and round(first.seconds / shipped["seconds"], 2),
        "further_image_seconds": seconds_of_a_further_image(pipeline, last, model),
    }


def _seconds(run: Measurement) -> float:
    return run.seconds


def _record(run: Measurement) -> dict[str, Any]:
    return {**asdict(run), "megapixels_per_second": run.megapixels_per_second}


def _table(document: Mapping[str, Any], further: str) -> str:
    lines = [f"{'backend':9} {'Mpx':>6} {'s':>7} {'Mpx/s':>7} {'MiB':>6}  seconds by stage"]
    lines += [_line(each) for each in document["runs"]]
    lines.append(
        f"plain takes {document['plain_to_shipped']} times as long (whole process, largest image), "
        f"its network {document['plain_to_shipped_network']} times"
    )
    first = document["first_run"]
    if first:
        lines.append(
            f"the first run on a machine, which compiles the networks, takes {first['seconds']:.2f} s, "
            f"{document['first_to_shipped']} times as long as later ones, and {first['peak_mib']} MiB (largest image)"
        )
    seconds = document["further_image_seconds"]
    return "\n".join([*lines, f"a further image ({further}) in the same process: {seconds:.2f} s"])


def _line(run: Mapping[str, Any]) -> str:
    stages = ", ".join(f"{name} {value:.2f}" for name, value in run["stages"].items())
    return (
        f"{run['backend']:9} {run['megapixels']:6.1f} {run['seconds']:7.2f} "
        f"{run['megapixels_per_second']:7.2f} {run['peak_mib']:6}  {stages}"
    )


def _network(record: Mapping[str, Any]) -> float:
    """Seconds of the stage in which the network works."""
    stages: Mapping[str, float] = record["stages"]
    return stages[next(name for name in NETWORK_STAGES if name in stages)]


@contextmanager
def _images(given: Path | None) -> Iterator[list[Path]]:
    """The file given, or phantoms as DICOM: of growing size, and last the one for a further image."""
    if given is not None:
        yield [given, given]
        return
    from napari_mammoseg.phantom.mammograms import Request, make
    from napari_mammoseg.writers import dicom_mg

    with tempfile.TemporaryDirectory() as folder:
        wanted = [Request(view="MLO", rows=rows, columns=columns, spacing_mm=SPACING_MM) for rows, columns in SIZES]
        further = Request(rows=1024, columns=1024, spacing_mm=0.2)
        phantoms = [make(each).image for each in (*wanted, further)]
        yield [dicom_mg.write(each, Path(folder, f"phantom-{each.rows}x{each.columns}.dcm")) for each in phantoms]
