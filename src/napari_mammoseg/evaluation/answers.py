"""What a classifier said of boxes and of whole images, each beside what is true there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from napari_mammoseg.findings import Findings
from napari_mammoseg.geometry.boxes import intersection, iou
from napari_mammoseg.geometry.regions import Region
from napari_mammoseg.mammogram import Lesion

SAME = 0.5
"""Intersection over union from which a box is taken to be that of a lesion."""
Level = Literal["boxes", "images"]


@dataclass(frozen=True, slots=True)
class Answer:
    """truth, said: of `CLASSES`. p_malignant: 0…1."""

    level: Level
    truth: str
    said: str
    p_malignant: float
    patient: str


def answers(findings: Findings, located: Sequence[tuple[Lesion, Region | None]], patient: str) -> tuple[Answer, ...]:
    """The regions of a result of which something is known, as `true_of_image` and `true_of_box` say.

    located: the image's lesions and where they lie.
    """
    return tuple(_answers(findings, located, patient))


def _answers(findings: Findings, located: Sequence[tuple[Lesion, Region | None]], patient: str) -> Iterator[Answer]:
    level: Level = "images" if findings.run.boxes is None else "boxes"
    for region in findings.of_kind("region"):
        lesions = [lesion for lesion, _ in located]
        truth = true_of_image(lesions) if level == "images" else true_of_box(region.box, located)
        if truth is not None and region.label is not None and region.p_malignant is not None:
            yield Answer(level, truth, region.label, region.p_malignant, patient)


def true_of_image(lesions: Sequence[Lesion]) -> str | None:
    """Malignant with a malignant mass, benign with benign masses alone, normal without any lesion; else unknown."""
    labels = {each.label for each in lesions if each.kind == "mass"}
    if "malignant" in labels:
        return "malignant"
    if labels == {"benign"}:
        return "benign"
    return None if lesions else "normal"


def true_of_box(box: tuple[int, int, int, int], located: Sequence[tuple[Lesion, Region | None]]) -> str | None:
    """The label of the mass in the box, normal where no lesion touches it; unknown where neither is certain."""
    placed = [(lesion, where.box) for lesion, where in located if where is not None]
    if placed:
        overlap = iou([box], [where for _, where in placed])[0]
        best = placed[int(overlap.argmax())][0]
        if overlap.max() >= SAME:
            return best.label if best.kind == "mass" else None
        if intersection([box], [where for _, where in placed]).any():
            return None
    return "normal" if len(placed) == len(located) else None
