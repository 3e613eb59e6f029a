"""Findings: what every pipeline returns and every writer takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from importlib import import_module
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.kinds import KINDS, Kind
from napari_mammoseg.mammogram import Mammogram, Spacing

SCHEMA = "mammoseg.findings/1"
Box = tuple[int, int, int, int]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding, in the image's own pixels.

    box: row0, column0, row1, column1, half-open. centroid: row, column; pixel centres at whole numbers.
    score: 0…1, the same meaning on every image. area_mm2, diameter_mm: None where the spacing is unknown.
    cluster: the id of the cluster finding that this calcification belongs to.
    features: further numbers of the pipeline's own (contrast, count, …), flat.
    """

    id: int
    kind: Kind
    box: Box
    centroid: tuple[float, float]
    score: float
    area_mm2: float | None = None
    diameter_mm: float | None = None
    label: Literal["benign", "malignant", "normal"] | None = None
    p_malignant: float | None = None
    cluster: int | None = None
    features: Mapping[str, Any] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The finding as the schema writes it; features follow the fixed keys."""
        fixed = {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "features"}
        return fixed | dict(self.features)


@dataclass(frozen=True, slots=True)
class ImageRecord:
    """What a result says of its image; nothing that names a patient."""

    name: str
    sha256: str | None
    rows: int
    columns: int
    spacing_mm: Spacing | None
    spacing_source: str | None
    view: str | None
    laterality: str | None

    @classmethod
    def of(cls, image: Mammogram) -> ImageRecord:
        return cls(
            image.name,
            image.sha256,
            image.rows,
            image.columns,
            image.spacing,
            image.spacing_source,
            image.view,
            image.laterality,
        )


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """Which network (or plain method, with no weights) gave the result.

    beside: the sha256 of the weights of those that helped it, by their names.
    """

    name: str
    sha256: str | None = None
    beside: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RunRecord:
    """How the result was made; enough to make it again.

    boxes: where it was told to look, if it was. input: the image's file, seen from the result's folder.
    formats: what was written beside the findings and the mask.
    """

    version: str
    settings: Mapping[str, Any]
    device: str = "cpu"
    backend: str = "auto"
    seed: int = 0
    boxes: tuple[Box, ...] | None = None
    input: str | None = None
    formats: tuple[str, ...] = ()
    seconds: Mapping[str, float] = field(default_factory=dict)
    peak_mib: Mapping[str, int] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProbabilityMap:
    """The probability of every pixel, kept at the pixel size it was found at.

    values: float32 0…1, (rows, columns), for a part of the image; elsewhere it is 0. corner: row and column where the
    part begins on a grid that covers the whole image; whole: rows and columns of that grid.
    """

    values: NDArray[np.float32]
    corner: tuple[int, int]
    whole: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Window:
    """Where one finding was outlined: float32 0…1, (rows, columns) of the image from the pixel `corner` on."""

    values: NDArray[np.float32]
    corner: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Findings:
    """The result of one pipeline on one image.

    findings: those at or above the threshold. mask: uint16 labels (the findings' ids), size of the image, or None
    where the pipeline has no areas. probability: its map, where the pipeline has one. windows: by the findings' ids,
    where each was outlined in a part of its own, so that it can be cut again; in no record.
    source: the image's file, for outputs that must refer to it (DICOM SEG, SR); in no record.
    lowest: the score below which candidates were left out when the result was saved, and are not known; in no record.
    """

    image: ImageRecord
    pipeline: str
    model: ModelRecord
    image_score: float
    findings: tuple[Finding, ...]
    run: RunRecord
    summary: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] | None = None
    mask: NDArray[np.uint16] | None = None
    probability: ProbabilityMap | None = None
    windows: Mapping[int, Window] = field(default_factory=dict)
    source: Path | None = None
    lowest: float = field(default=0.0, compare=False)

    def above(self, threshold: float) -> Findings:
        """The same result cut at `threshold`: scores, ids and boxes stay, the summary is counted anew."""
        kept = tuple(each for each in self.findings if each.score >= threshold)
        settings = {**self.run.settings, "threshold": threshold}
        return replace(
            self,
            findings=kept,
            mask=None if self.mask is None else _only(self.mask, kept),
            summary={**self.summary, **count(kept, self.summary.get("breast_area_cm2"))},
            run=replace(self.run, settings=settings),
        )

    @property
    def p_malignant(self) -> float | None:
        """Of the finding with the highest score among those that have one: the image's. Weaker ones do not count."""
        judged = [each for each in self.findings if each.p_malignant is not None]
        return max(judged, key=lambda each: each.score).p_malignant if judged else None

    def of_kind(self, *kinds: Kind) -> tuple[Finding, ...]:
        return tuple(each for each in self.findings if each.kind in kinds)

    def to_dict(self) -> dict[str, Any]:
        """The findings as `mammoseg.findings/1`: plain numbers, texts, lists."""
        return {
            "schema": SCHEMA,
            "image": asdict(self.image),
            "pipeline": self.pipeline,
            "model": asdict(self.model),
            "image_score": self.image_score,
            "findings": [each.to_dict() for each in self.findings],
            "summary": dict(self.summary),
            "metrics": None if self.metrics is None else dict(self.metrics),
            "run": asdict(self.run),
        }

    def save(self, folder: str | Path, formats: Iterable[str] = ()) -> list[Path]:
        """Writes `NAME.PIPELINE.json`, the mask, and what `formats` adds; returns the paths."""
        writers = import_module("napari_mammoseg.writers")  # the writers know findings, not the other way round
        paths: list[Path] = writers.save(self, folder, formats)
        return paths


def count(findings: Iterable[Finding], breast_area_cm2: float | None) -> dict[str, Any]:
    """How many findings of each kind there are, and calcifications per cm² of breast where its area is known."""
    kinds = [each.kind for each in findings]
    numbers: dict[str, Any] = {each.plural: kinds.count(each.name) for each in KINDS.values()}
    if breast_area_cm2:
        numbers["calcifications_per_cm2"] = round(numbers["calcifications"] / breast_area_cm2, 4)
    return numbers


def _only(mask: NDArray[np.uint16], kept: Iterable[Finding]) -> NDArray[np.uint16]:
    """The mask of these findings alone; each lies in its box."""
    shown = np.zeros_like(mask)
    for each in kept:
        row0, column0, row1, column1 = each.box
        there = slice(row0, row1), slice(column0, column1)
        shown[there][mask[there] == each.id] = each.id
    return shown
