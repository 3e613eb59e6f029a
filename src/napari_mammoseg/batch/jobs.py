"""One input through pipelines to files, and many of them by this process, by workers or by a cluster."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from napari_mammoseg import pipelines
from napari_mammoseg._version import VERSION
from napari_mammoseg.errors import InputError, MissingExtra
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import read, sha256_of
from napari_mammoseg.run import Progress, Run


@dataclass(frozen=True, slots=True)
class Job:
    """One input, what is to be run on it and where the results go. Plain data: any process can do it."""

    input: Path
    folder: Path
    pipelines: tuple[str, ...]
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    spacing_mm: float | None = None
    formats: tuple[str, ...] = ()
    device: str = "auto"
    backend: str = "auto"
    resume: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a job: the records of its findings, and what kept it from more, if anything did."""

    job: Job
    records: tuple[dict[str, Any], ...] = ()
    error: InputError | None = None


def do(job: Job, run: Callable[[], Run] | None = None) -> Outcome:
    """Reads the input, runs the pipelines, writes the results. Never raises for what a user did."""
    fresh = run or partial(Run, job.device, job.backend)
    records: list[dict[str, Any]] = []
    try:
        kept = _kept(job) if job.resume else None
        if kept is not None:
            return Outcome(job, kept)
        reading = fresh()
        with ThreadPoolExecutor(1) as beside, reading.timed("read"):
            beside.submit(_get_ready, job)
            image = read(job.input, job.spacing_mm)
        for name in job.pipelines:
            records.append(_analyze(job, image, name, _after(reading, fresh())))
    except InputError as error:
        return Outcome(job, tuple(records), error)
    return Outcome(job, tuple(records))


def _get_ready(job: Job) -> None:
    """Loads the networks while the image is read; what goes wrong with one is said when it is used."""
    for name in job.pipelines:
        pipelines.get_ready(name, Run(job.device, job.backend), **job.settings.get(name, {}))


def in_order(jobs: Sequence[Job], workers: int, report: Callable[[Progress], None]) -> Iterator[Outcome]:
    """The outcomes, in the order of the jobs. Results on disk are whole however it ends."""
    if workers <= 1:
        yield from (do(job, partial(Run, job.device, job.backend, report=report)) for job in jobs)
        return
    with _pool(workers) as pool:
        yield from pool.map(do, jobs)


def on_cluster(jobs: Sequence[Job], address: str) -> Iterator[Outcome]:
    """The outcomes, in order, from the dask cluster whose scheduler is at `address`; it sees the same folders."""
    try:
        from distributed import Client
    except ImportError:
        raise MissingExtra("--cluster", "batch") from None
    try:
        client = Client(address, timeout="10s")  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(f"--cluster {address}", f"does not answer ({error})", "start: dask scheduler") from None
    with client:
        for future in client.map(do, jobs, pure=False):
            yield future.result()


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Fresh processes (a fork of one with threads may hang); what has not begun is dropped when it ends early."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _analyze(job: Job, image: Mammogram, name: str, run: Run) -> dict[str, Any]:
    findings = pipelines.analyze(image, name, run, **job.settings.get(name, {}))
    there = os.path.relpath(job.input, job.folder)
    findings = replace(findings, run=replace(findings.run, input=there))
    findings.save(job.folder, job.formats)
    return findings.to_dict()


def _after(reading: Run, run: Run) -> Run:
    run.seconds |= reading.seconds
    run.peak_mib |= reading.peak_mib
    return run


def _kept(job: Job) -> tuple[dict[str, Any], ...] | None:
    """The records that an earlier run left, if every one is whole and of the same input, model and settings."""
    records = []
    for name in job.pipelines:
        path = job.folder / f"{job.input.stem}.{name}.json"
        try:
            record = json.loads(path.read_text("utf-8"))
        except (OSError, ValueError):
            return None
        if not _same(record, job, name):
            return None
        records.append(record)
    return tuple(records)


def _same(record: Mapping[str, Any], job: Job, name: str) -> bool:
    wanted = pipelines.settings_of(name, job.settings.get(name, {}))
    spacing = None if job.spacing_mm is None else [job.spacing_mm, job.spacing_mm]
    return (
        record["run"]["version"] == VERSION
        and record["run"]["settings"] == wanted
        and record["model"] == asdict(pipelines.model_of(name, wanted))
        and record["image"]["sha256"] == sha256_of(job.input)
        and (spacing is None or record["image"]["spacing_mm"] == spacing)
    )
