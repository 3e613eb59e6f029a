"""Masses, each outlined: in boxes a person drew, in those a detector finds, or wherever a network sees one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg import models
from napari_mammoseg.corrections import measured
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box, Finding, ProbabilityMap
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.found import Found
from napari_mammoseg.pipelines.masses.find import find_masses
from napari_mammoseg.pipelines.masses.settings import MassSettings
from napari_mammoseg.pipelines.segment.boxed import DECODER, in_boxes
from napari_mammoseg.pipelines.segment.instances import DECODER as INSTANCES
from napari_mammoseg.pipelines.segment.instances import MASK_CUT, instances
from napari_mammoseg.pipelines.segment.outline import Outline, Seen, best_piece, inside, joined, painted
from napari_mammoseg.pipelines.segment.settings import SegmentSettings
from napari_mammoseg.pipelines.segment.whole import over_all, pieces, ready
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.spacing import assumed

LOWEST = 0.1
"""Masses of a lower score are outlined only where the threshold is lower, too."""
AROUND_FOUND = 0.2
"""A detector's box lies close around the mass: its sides are moved out by this share of its extent."""
UNKNOWN_CUT = 0.5
"""Where probabilities are cut of a model that no validation gave a threshold."""
Outlined = tuple[Finding, Outline]


def networks(settings: SegmentSettings) -> tuple[Model, ...]:
    """The model that outlines, and the one that looks for masses where the first needs boxes."""
    model = models.find(settings.model, task="segment")
    return (model, models.find(settings.finder, task="masses")) if model.facts.decoder == DECODER else (model,)


def get_ready(settings: SegmentSettings, run: Run) -> None:
    """Loads the networks that `outline_masses` will need."""
    for each in networks(settings):
        ready(each, run)


def outline_masses(image: Mammogram, settings: SegmentSettings, run: Run, boxes: Sequence[Box] | None = None) -> Found:
    """One outline in each of `boxes`, which are drawn loosely around a mass; without boxes, of every mass found.

    A mass in a drawn box has the score 1: a person says that it is there. Without a spacing one is assumed
    (`tissue.spacing`), and no length is given.
    """
    model = networks(settings)[0]
    cut = settings.cut or model_cut(model, settings.cut_by)
    look = _in_each_box if model.facts.decoder == DECODER else _everywhere
    outlined, seen = look(model, image, settings, run, boxes, cut)
    mask = painted({each.id: outline for each, outline in outlined}, (image.rows, image.columns))
    findings = _measured(outlined, mask, image)
    values, corner = joined(seen)
    probability = ProbabilityMap(values, corner, mask.shape)
    return Found(findings, max((each.score for each, _ in outlined), default=0.0), mask=mask, probability=probability)


def model_cut(model: Model, measure: str) -> float:
    """Where the model's probabilities are cut: where `measure` was best on validation.

    Raises InputError if the model knows a threshold by other measures only.
    """
    known = model.facts.thresholds
    if known and measure not in known:
        raise InputError(model.name, f"has no cut by {measure}", f"choose --set cut_by from {', '.join(known)}")
    return known.get(measure, UNKNOWN_CUT)


def _in_each_box(
    model: Model, image: Mammogram, settings: SegmentSettings, run: Run, boxes: Sequence[Box] | None, cut: float
) -> tuple[list[Outlined], list[Seen]]:
    """By a network that is shown one box at a time."""
    masses = _found(image, settings, run) if boxes is None else _drawn(boxes)
    places = [widened(each.box, image) for each in masses] if boxes is None else boxes
    with run.timed("outline"):
        seen = list(in_boxes(model, image.pixels, places, run))
    if boxes is not None:
        seen = [inside(each, box) for each, box in zip(seen, boxes, strict=True)]
    return [(mass, best_piece(each, cut)) for mass, each in zip(masses, seen, strict=True)], seen


def _everywhere(
    model: Model, image: Mammogram, settings: SegmentSettings, run: Run, boxes: Sequence[Box] | None, cut: float
) -> tuple[list[Outlined], list[Seen]]:
    """By a network that is shown the whole image; its masses are the pieces of what it marks."""
    spacing = image.spacing or assumed(image).spacing
    if model.facts.decoder == INSTANCES and boxes is None:
        return _one_by_one(model, image, spacing, settings.cut or MASK_CUT, run)
    whole = Seen(over_all(model, image, spacing, run), (slice(0, image.rows), slice(0, image.columns)))
    if boxes is not None:
        seen = [inside(whole, box) for box in boxes]
        return [(mass, best_piece(each, cut)) for mass, each in zip(_drawn(boxes), seen, strict=True)], seen
    found = sorted(pieces(whole.values, cut, spacing), key=lambda each: -each.probability)
    masses = [_mass(id, each.box, round(each.probability, 4)) for id, each in enumerate(found, start=1)]
    return list(zip(masses, found, strict=True)), [whole]


def _one_by_one(
    model: Model, image: Mammogram, spacing: Spacing, cut: float, run: Run
) -> tuple[list[Outlined], list[Seen]]:
    found = list(instances(model, image, spacing, run))
    outlines = [best_piece(each, cut) for _, each in found]
    masses = [
        _mass(id, outline.box, round(score, 4))
        for id, ((score, _), outline) in enumerate(zip(found, outlines, strict=True), start=1)
    ]
    return list(zip(masses, outlines, strict=True)), [each for _, each in found]


def _found(image: Mammogram, settings: SegmentSettings, run: Run) -> list[Finding]:
    wanted = MassSettings(model=settings.finder, threshold=settings.threshold)
    lowest = min(LOWEST, settings.threshold)
    return [each for each in find_masses(image, wanted, run).findings if each.score >= lowest]


def widened(box: Box, image: Mammogram) -> Box:
    """The box with AROUND_FOUND around it, as far as the image goes."""
    height, width = (round(AROUND_FOUND * (box[axis + 2] - box[axis])) for axis in (0, 1))
    top, left = max(0, box[0] - height), max(0, box[1] - width)
    return top, left, min(image.rows, box[2] + height), min(image.columns, box[3] + width)


def _drawn(boxes: Sequence[Box]) -> list[Finding]:
    return [_mass(id, box, 1.0) for id, box in enumerate(boxes, start=1)]


def _mass(id: int, box: Box, score: float) -> Finding:
    return Finding(id, "mass", box, ((box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2), score)


def _measured(outlined: Sequence[Outlined], mask: NDArray[np.uint16], image: Mammogram) -> tuple[Finding, ...]:
    """The masses with the place and the size of their labels. One that others cover wholly is measured alone."""
    labels = {each.id: each for each in measured(mask, image.spacing, "mass")}
    return tuple(_with_outline(mass, outline, labels[mass.id]) for mass, outline in outlined if mass.id in labels)


def _with_outline(mass: Finding, outline: Outline, label: Finding) -> Finding:
    features = {"outline_probability": round(outline.probability, 4), "cut": round(outline.cut, 4)}
    return replace(
        mass,
        box=label.box,
        centroid=label.centroid,
        area_mm2=label.area_mm2,
        diameter_mm=label.diameter_mm,
        features={**mass.features, **features},
    )
