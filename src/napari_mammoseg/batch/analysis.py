"""One input through pipelines to files: the job of `mammoseg analyze`."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from napari_mammoseg import pipelines
from napari_mammoseg._version import VERSION
from napari_mammoseg.errors import InputError
from napari_mammoseg.files import seen_from
from napari_mammoseg.findings import Box
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import read, sha256_of
from napari_mammoseg.run import Progress, Run


@dataclass(frozen=True, slots=True)
class Analysis:
    """One input, what is to be run on it and where the results go. boxes: for the pipelines that take them."""

    input: Path
    folder: Path
    pipelines: tuple[str, ...]
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    spacing_mm: float | None = None
    boxes: tuple[Box, ...] | None = None
    formats: tuple[str, ...] = ()
    device: str = "auto"
    backend: str = "auto"
    resume: bool = False

    @property
    def name(self) -> str:
        return self.input.name


def analyze(job: Analysis, report: Callable[[Progress], None] = lambda progress: None) -> Iterator[dict[str, Any]]:
    """Reads the input, runs the pipelines, writes the results: yields the record of each pipeline's findings.

    Raises InputError where the input cannot be read or done, that of a pipeline when the others are done.
    """
    kept = {name: _kept(job, name) for name in job.pipelines if job.resume}
    if all(kept.get(name) for name in job.pipelines):
        yield from (kept[name] for name in job.pipelines)
        return
    reading = Run(job.device, job.backend, report=report)
    with ThreadPoolExecutor(1) as beside, reading.timed("read"):
        beside.submit(_get_ready, job)
        image = read(job.input, job.spacing_mm)
    known: dict[Hashable, Any] = {}
    faults: dict[str, InputError] = {}
    for name in job.pipelines:
        run = _after(reading, Run(job.device, job.backend, report=report, known=known))
        try:
            record = kept.get(name) or _analyze(job, image, name, run)
        except InputError as error:
            faults[name] = error
        else:
            yield record
    if faults:
        raise _together(faults)


def _together(faults: Mapping[str, InputError]) -> InputError:
    """The faults of one input, by pipeline, as one: the first, and what differs from it in what to do."""
    (_, first), *others = faults.items()
    if not others:
        return first
    alike = ", ".join(name for name, each in others if each.do == first.do)
    also = f"; the same for {alike}" if alike else ""
    different = "".join(f"; {name}: {each.what}; {each.do}" for name, each in others if each.do != first.do)
    return InputError(first.subject, f"{first.what}{also}{different}", first.do)


def _get_ready(job: Analysis) -> None:
    """Loads the networks while the image is read; what goes wrong with one is said when it is used."""
    for name in job.pipelines:
        pipelines.get_ready(name, Run(job.device, job.backend), **job.settings.get(name, {}))


def _analyze(job: Analysis, image: Mammogram, name: str, run: Run) -> dict[str, Any]:
    findings = pipelines.analyze(image, name, run, _boxes(job, name), **job.settings.get(name, {}))
    made = replace(findings.run, input=seen_from(job.folder, job.input), formats=job.formats)
    findings = replace(findings, run=made)
    findings.save(job.folder, job.formats)
    return findings.to_dict()


def _boxes(job: Analysis, name: str) -> tuple[Box, ...] | None:
    return job.boxes if pipelines.pipeline(name).takes_boxes else None


def _after(reading: Run, run: Run) -> Run:
    run.seconds |= reading.seconds
    run.peak_mib |= reading.peak_mib
    return run


def _kept(job: Analysis, name: str) -> dict[str, Any]:
    """The record that an earlier run left, if it is whole and of the same input, models and settings; else empty."""
    path = job.folder / f"{job.input.stem}.{name}.json"
    try:
        record: dict[str, Any] = json.loads(path.read_text("utf-8"))
        return record if _same(record, job, name) else {}
    except (OSError, ValueError, KeyError, TypeError):  # missing, damaged, or of another version
        return {}


def _same(record: Mapping[str, Any], job: Analysis, name: str) -> bool:
    wanted = pipelines.settings_of(name, job.settings.get(name, {}))
    image = record["image"]
    given = image["spacing_mm"][0] if image["spacing_source"] == "given" else None
    return (
        record["run"]["version"] == VERSION
        and set(job.formats) <= set(record["run"]["formats"])
        and record["run"]["settings"] == wanted
        and record["model"] == asdict(pipelines.model_of(name, wanted))
        and image["sha256"] == sha256_of(job.input)
        and given == job.spacing_mm
        and record["run"].get("boxes") == _listed(_boxes(job, name))
    )


def _listed(boxes: tuple[Box, ...] | None) -> list[list[int]] | None:
    """Boxes as a record has them: each once."""
    return None if boxes is None else [list(each) for each in dict.fromkeys(boxes)]
