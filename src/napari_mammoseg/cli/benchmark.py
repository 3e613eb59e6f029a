"""`mammoseg benchmark`: seconds, megapixels a second and memory by stage, against the plain way."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from napari_mammoseg import pipelines

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
    from napari_mammoseg.benchmark import measure, seconds_of_a_further_image

    pipelines.pipeline(pipeline)
    with _images(image) as files:
        measure(pipeline, files[0], "auto", model)  # the first run also compiles
        runs = [
            min((measure(pipeline, file, backend, model) for _ in range(repeats)), key=lambda run: run.seconds)
            for file in files[:-1]
            for backend in ("auto", "plain")
        ]
        further = seconds_of_a_further_image(pipeline, files[-1], model)
    records = [{**asdict(run), "megapixels_per_second": run.megapixels_per_second} for run in runs]
    shipped, plain = records[-2:]
    ratio = round(plain["seconds"] / shipped["seconds"], 2)
    network = round(_network(plain) / _network(shipped), 2)
    if as_json:
        facts = {"plain_to_shipped": ratio, "plain_to_shipped_network": network, "further_image_seconds": further}
        print(json.dumps({"pipeline": pipeline, "runs": records, **facts}))
        return
    print(f"{'backend':9} {'Mpx':>6} {'s':>7} {'Mpx/s':>7} {'MiB':>6}  seconds by stage")
    for each in records:
        stages = ", ".join(f"{name} {value:.2f}" for name, value in each["stages"].items())
        print(
            f"{each['backend']:9} {each['megapixels']:6.1f} {each['seconds']:7.2f} "
            f"{each['megapixels_per_second']:7.2f} {each['peak_mib']:6}  {stages}"
        )
    print(f"plain takes {ratio} times as long (whole process, largest image), its network {network} times")
    print(f"a further image ({'1024 x 1024' if image is None else image.name}) in the same process: {further:.2f} s")


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
