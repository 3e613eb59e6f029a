"""One image compared with its truth: everything that its scores need, without its pixels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError
from napari_mammoseg.evaluation import matching
from napari_mammoseg.evaluation.answers import Answer, answers
from napari_mammoseg.evaluation.average_precision import Detections
from napari_mammoseg.evaluation.froc import Reading
from napari_mammoseg.evaluation.matching import FoundMarks, Matched, match
from napari_mammoseg.evaluation.outlined import OutlineReading, read_outlines
from napari_mammoseg.evaluation.overlap import Pixels
from napari_mammoseg.evaluation.thresholds import Levels
from napari_mammoseg.findings import Finding, Findings, ImageRecord
from napari_mammoseg.geometry.regions import Region, of_mask, paste, region
from napari_mammoseg.mammogram import Lesion
from napari_mammoseg.pipeline_table import PIPELINES, Target

Box = tuple[float, float, float, float]
LABELS = ("benign", "malignant")


@dataclass(frozen=True, slots=True)
class Place:
    """A lesion or a false mark, to show it: its box, its score (-inf: never found), what it is."""

    box: Box
    score: float
    words: str


@dataclass(frozen=True, slots=True)
class Case:
    """What an image adds to the scores, by target: `readings`, `lesions`, `alarms`, `dice`; `detections` by class too.

    alone: the patient is unknown, so the image counts as a patient of its own. laterality: R, L or None. threshold:
    findings at or above it are shown to a person. dice: (n, 2), for each found lesion with an area its best mark's
    score and the Dice of the two. outlines, answers: where the pipeline's row says that they are scored; levels: of its
    probabilities, where it has them for each pixel of the image.
    """

    name: str
    patient: str
    source: Path | None
    image_score: float
    positive: bool
    p_malignant: float | None = None
    malignant: bool | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)
    detections: Mapping[str, Mapping[str, Detections]] = field(default_factory=dict)
    pixels: Pixels | None = None
    lesions: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    alarms: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    alone: bool = False
    laterality: str | None = None
    threshold: float = 0.5
    dice: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    outlines: Mapping[str, OutlineReading] = field(default_factory=dict)
    answers: tuple[Answer, ...] = ()
    levels: Levels | None = None


def judge(
    findings: Findings,
    lesions: Sequence[Lesion],
    patient: str | None,
    labels: NDArray[np.uint16] | None = None,
    rule: str | None = None,
    threshold: float = 0.5,
    inside: NDArray[np.bool_] | None = None,
) -> Case:
    """Compares a result (with every candidate) with the lesions of its image.

    labels: pixels of the lesions, by their attribute "id". rule: in place of each target's own. threshold: where the
    pixels are cut. inside: where pixels are counted (None: everywhere). patient: None makes the image a patient of its
    own. Raises InputError where a rule measures distances and the image has no spacing.
    """
    placed = located(lesions, labels)
    known = patient or f"image {findings.image.name} {findings.image.sha256}"
    outlined, truth_mask = PIPELINES[findings.pipeline].outlined, _mask_of(findings, placed)
    shown = findings.above(threshold)
    case = Case(
        name=findings.image.name,
        patient=known,
        source=findings.source,
        image_score=findings.image_score,
        positive=any(each.kind in PIPELINES[findings.pipeline].family for each in lesions),
        p_malignant=findings.p_malignant,
        malignant=_malignant([each for each in lesions if each.kind in PIPELINES[findings.pipeline].family]),
        alone=patient is None,
        laterality=findings.image.laterality,
        threshold=threshold,
        pixels=None if truth_mask is None else _pixels(shown, truth_mask, inside),
        levels=Levels.of_findings(shown, truth_mask, inside) if outlined else None,
        answers=answers(findings, placed, known) if PIPELINES[findings.pipeline].classifies else (),
    )
    readings, detections, places, alarms, dice = {}, {}, {}, {}, {}
    outlines: dict[str, OutlineReading] = {}
    for target in PIPELINES[findings.pipeline].targets:
        truth = _truth_of(target, placed)
        if truth is None:
            continue
        chosen = _rule(rule or target.rule, findings.image)
        marks = FoundMarks.of(findings, *target.found)
        matched = match(marks, [where for _, where in truth], chosen, findings.image.spacing_mm, _ignored(placed))
        readings[target.name] = _reading(case, matched, findings, placed, target)
        places[target.name] = _found_places(truth, matched)
        dice[target.name] = _dice(marks, truth, matched)
        alarms[target.name] = _alarms(findings.of_kind(*target.found), matched)
        if outlined and all(_has_area(lesion) for lesion, _ in truth):
            read = read_outlines(marks, [where for _, where in truth], matched, findings.image.spacing_mm)
            if read is not None:
                outlines[target.name] = read
        if target.boxes:
            detections[target.name] = _detections(findings.of_kind(*target.found), truth, case.patient)
    return replace(
        case, readings=readings, detections=detections, lesions=places, alarms=alarms, dice=dice, outlines=outlines
    )


def _rule(name: str, image: ImageRecord) -> matching.Rule:
    chosen = matching.rule(name)
    if chosen.in_mm and image.spacing_mm is None:
        what = f"has no pixel spacing, which the rule {name} needs"
        raise InputError(image.name, what, "give it with --spacing, in mm")
    return chosen


Located = Sequence[tuple[Lesion, Region | None]]
Truth = Sequence[tuple[Lesion, Region]]


def located(lesions: Sequence[Lesion], labels: NDArray[np.uint16] | None = None) -> Located:
    """The lesions and where they lie; None: unknown. labels: as `judge` takes them."""
    return [(each, _region(each, labels)) for each in lesions]


def _region(lesion: Lesion, labels: NDArray[np.uint16] | None) -> Region | None:
    number = lesion.attributes.get("id")
    if labels is None or number is None or lesion.box is None:
        return region(lesion)
    row0, column0, row1, column1 = (int(each) for each in lesion.box)
    drawn = of_mask(labels[row0:row1, column0:column1] == int(number), row0, column0)
    return region(lesion) if drawn is None else drawn


def _truth_of(target: Target, located: Located) -> Truth | None:
    """The lesions to find; None if a place is unknown, or the truth has only other kinds of the family.

    A truth of clusters alone, for example, says nothing of single calcifications.
    """
    kin = [(lesion, where) for lesion, where in located if lesion.kind in target.family]
    mine = [(lesion, where) for lesion, where in kin if lesion.kind in target.lesions]
    if (kin and not mine) or any(where is None for _, where in mine):
        return None
    return [(lesion, where) for lesion, where in mine if where is not None]


def _ignored(located: Located) -> list[Region]:
    return [where for lesion, where in located if lesion.kind == "other" and where is not None]


def _reading(case: Case, matched: Matched, findings: Findings, located: Located, target: Target) -> Reading:
    area = findings.summary.get("breast_area_cm2")
    free = not any(lesion.kind in target.family for lesion, _ in located)
    return Reading(case.name, case.patient, matched.found_at, matched.false, area, free, not located)


def _found_places(truth: Truth, matched: Matched) -> tuple[Place, ...]:
    return tuple(
        Place(where.box, float(score), " ".join(filter(None, (lesion.label, lesion.kind))))
        for (lesion, where), score in zip(truth, matched.found_at, strict=True)
    )


def _alarms(found: Sequence[Finding], matched: Matched) -> tuple[Place, ...]:
    """The four false marks with the highest scores."""
    wrong = [each for each, is_wrong in zip(found, matched.wrong, strict=True) if is_wrong]
    return tuple(Place(each.box, each.score, each.kind) for each in sorted(wrong, key=lambda each: -each.score)[:4])


def _dice(marks: FoundMarks, truth: Truth, matched: Matched) -> NDArray[np.float64]:
    """Score of the best mark on each lesion with an area, and the Dice of both: (n, 2)."""
    values: list[tuple[float, float]] = []
    if marks.labels is not None and marks.ids is not None:
        sizes = np.bincount(marks.labels.ravel(), minlength=int(marks.ids.max(initial=0)) + 1)
        for number, (lesion, where) in enumerate(truth):
            on_it = np.flatnonzero(matched.hit == number)
            if on_it.size and _has_area(lesion):
                best = on_it[marks.scores[on_it].argmax()]
                name = int(marks.ids[best])
                under = where.values(marks.labels)
                dice = 2 * np.count_nonzero(under == name) / (under.size + int(sizes[name]))
                values.append((float(marks.scores[best]), dice))
    return np.array(values, np.float64).reshape(-1, 2)


def _detections(found: Sequence[Finding], truth: Truth, patient: str) -> dict[str, Detections]:
    """Boxes of all lesions ("any"), and by class where both sides have one: score times the class's probability."""
    boxes, scores = [each.box for each in found], np.array([each.score for each in found])
    by_class = {"any": Detections.of(boxes, scores, [where.box for _, where in truth], patient)}
    malignant = [each.p_malignant for each in found]
    if all(lesion.label in LABELS for lesion, _ in truth) and None not in malignant:
        for label in LABELS:
            share = np.array(malignant, float) if label == "malignant" else 1 - np.array(malignant, float)
            boxes_of = [where.box for lesion, where in truth if lesion.label == label]
            by_class[label] = Detections.of(boxes, scores * share, boxes_of, patient)
    return by_class


def _mask_of(findings: Findings, located: Located) -> NDArray[np.bool_] | None:
    """The pixels of the lesions, size of the image; None where they or the findings have no areas."""
    mine = [(lesion, where) for lesion, where in located if lesion.kind in PIPELINES[findings.pipeline].family]
    drawn = [where for lesion, where in mine if where is not None and _has_area(lesion)]
    if findings.mask is None or len(drawn) < len([lesion for lesion, _ in mine if lesion.kind != "cluster"]):
        return None
    truth = np.zeros(findings.mask.shape, bool)
    for where in drawn:
        paste(truth, *where.pixels())
    return truth


def _pixels(findings: Findings, truth: NDArray[np.bool_], inside: NDArray[np.bool_] | None) -> Pixels | None:
    """Marked pixels against the lesions'."""
    return None if findings.mask is None else Pixels.of(findings.mask > 0, truth, inside)


def _has_area(lesion: Lesion) -> bool:
    return (
        lesion.mask is not None
        or lesion.contour is not None
        or ("id" in lesion.attributes and lesion.kind != "cluster")
    )


def _malignant(lesions: Sequence[Lesion]) -> bool | None:
    """Whether one of the lesions is malignant; None where none has a label."""
    labels = {each.label for each in lesions if each.label is not None}
    return "malignant" in labels if labels else None
