"""One input and the synthetic images made of it: the job of `mammoseg synthesize`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from napari_mammoseg import models
from napari_mammoseg import settings as declarations
from napari_mammoseg._version import VERSION
from napari_mammoseg.files import seen_from
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import read, sha256_of
from napari_mammoseg.readers.masks import read_labels
from napari_mammoseg.readers.truth import with_truth
from napari_mammoseg.run import Progress, Run
from napari_mammoseg.synthesis import KINDS, SynthesisSettings, lesion_kind, synthesize
from napari_mammoseg.synthesis.of_class import classifier
from napari_mammoseg.synthesis.synthesize import digest


@dataclass(frozen=True, slots=True)
class Synthesis:
    """One input, what is put into it and where the results go.

    labels: the class of each image that is made of it. values: the other settings; number K has the seed plus K - 1.
    """

    input: Path
    folder: Path
    labels: tuple[str, ...]
    values: Mapping[str, Any] = field(default_factory=dict)
    at: tuple[float, float] | None = None
    mask: Path | None = None
    spacing_mm: float | None = None
    device: str = "auto"
    resume: bool = False

    @property
    def name(self) -> str:
        return self.input.name

    def settings(self, number: int) -> dict[str, Any]:
        """Of image `number`, from 1."""
        seed = int(self.values.get("seed", 0)) + number - 1
        return {**self.values, "seed": seed, "label": self.labels[number - 1]}


def make(job: Synthesis, report: Callable[[Progress], None] = lambda progress: None) -> Iterator[dict[str, Any]]:
    """Makes and writes every image of the job: yields their records. Raises InputError where one cannot be made."""
    image: Mammogram | None = None
    for number in range(1, len(job.labels) + 1):
        record = _kept(job, number) if job.resume else {}
        if not record:
            kind = lesion_kind(job.values.get("kind", KINDS[0]))
            image = image or with_truth(read(job.input, job.spacing_mm), kind, job.input.parent)
            record = _make(job, image, number, Run(job.device, report=report))
        yield record


def _make(job: Synthesis, image: Mammogram, number: int, run: Run) -> dict[str, Any]:
    mask = None if job.mask is None else read_labels(job.mask, (image.rows, image.columns))
    made = synthesize(image, at=job.at, mask=mask, run=run, **job.settings(number))
    *_, told = made.save(job.folder, number, {"run": {"input": seen_from(job.folder, job.input)}})
    return _told(told)


def _told(path: Path) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return {**record, "folder": str(path.parent)}


def _kept(job: Synthesis, number: int) -> dict[str, Any]:
    """The record that an earlier run left, if it is whole and of the same input and settings; else empty."""
    try:
        record = _told(job.folder / f"{job.input.stem}.synthetic-{number}.json")
        there = all((job.folder / record[name]).stat().st_size for name in ("image", "mask"))
        return record if there and _same(record, job, job.settings(number)) else {}
    except (OSError, ValueError, KeyError, TypeError):  # missing, damaged, or of another version
        return {}


def _same(record: Mapping[str, Any], job: Synthesis, wanted: Mapping[str, Any]) -> bool:
    source, model, chooser = record["source"], record["model"], record["classifier"]
    at = None if job.at is None else list(job.at)
    shape = source["rows"], source["columns"]
    given = source["spacing_mm"][0] if source["spacing_source"] == "given" else None
    return (
        record["version"] == VERSION
        and record["settings"] == {**asdict(declarations.build(SynthesisSettings, wanted)), "at": at}
        and record["outlined_by"] == (None if job.mask is None else digest(read_labels(job.mask, shape)))
        and (model is None or models.find(record["settings"]["model"]).sha256 == model["sha256"])
        and (chooser is None or classifier().sha256 == chooser["sha256"])
        and source["sha256"] == sha256_of(job.input)
        and given == job.spacing_mm
    )
