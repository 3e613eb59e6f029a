"""One `mammoseg analyze` measured as a whole process, from the shell's prompt to the written files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from napari_mammoseg.batch import outcome_of
from napari_mammoseg.batch.analysis import Analysis, analyze
from napari_mammoseg.errors import InputError

_PROGRAM = [sys.executable, "-c", "from napari_mammoseg.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one process took.

    seconds: of the whole process. megapixels: of the image. peak_mib: the process's peak memory before the results are
    written. stages: seconds of each stage that the run recorded, and `start and write` for the rest of the process.
    stage_peaks_mib: the process's peak memory up to the end of each stage.
    """

    backend: str
    seconds: float
    megapixels: float
    peak_mib: int
    stages: Mapping[str, float]
    stage_peaks_mib: Mapping[str, int]

    @property
    def megapixels_per_second(self) -> float:
        return round(self.megapixels / self.seconds, 2)


def measure_first(pipeline: str, image: Path, model: str | None = None) -> Measurement | None:
    """Like `measure` where no network was compiled before; None if none is kept here."""
    with tempfile.TemporaryDirectory() as cache:
        first = measure(pipeline, image, "auto", model, Path(cache))
        return first if any(Path(cache).rglob("*.blob")) else None


def measure(
    pipeline: str, image: Path, backend: str, model: str | None = None, cache: Path | None = None
) -> Measurement:
    """Runs the pipeline on the file in a process of its own. cache: the folder in place of the user's cache folder.

    Raises InputError if the run fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        options = ["--backend", backend, *(["--model", model] if model else [])]
        command = [*_PROGRAM, "analyze", pipeline, str(image), "--out", folder, *options]
        places = {**os.environ, **({"XDG_CACHE_HOME": str(cache)} if cache else {})}
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=places)
        said = process.stderr.read() if process.stderr else b""
        process.wait()
        seconds = time.perf_counter() - start
        if process.returncode:
            said_last = said.decode(errors="replace").strip().rpartition("\n")[2]
            raise InputError(image, f"was not done ({said_last or process.returncode})", "mend that first")
        record = json.loads(next(Path(folder).glob("*.json")).read_text("utf-8"))
    stages = dict(record["run"]["seconds"])
    total = stages.pop("total")
    stages["start and write"] = round(seconds - total - stages["read"], 4)
    megapixels = record["image"]["rows"] * record["image"]["columns"] / 1e6
    peaks = dict(record["run"]["peak_mib"])
    return Measurement(backend, round(seconds, 3), megapixels, max(peaks.values()), stages, peaks)


def seconds_of_a_further_image(pipeline: str, image: Path, model: str | None = None) -> float:
    """From reading the file to the written results, in a process that has done it before: the fastest of three."""
    given = {"model": model} if model else {}
    with tempfile.TemporaryDirectory() as folder:
        job = Analysis(image, Path(folder), (pipeline,), {pipeline: given})
        _seconds(job)
        return round(min(_seconds(job) for _ in range(3)), 3)


def _seconds(job: Analysis) -> float:
    start = time.perf_counter()
    outcome = outcome_of(analyze, job)
    if outcome.error is not None:
        raise outcome.error
    return time.perf_counter() - start
