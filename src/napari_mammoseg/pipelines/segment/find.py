"""Masses, each outlined: in boxes a person drew, in those a detector finds, or wherever a network sees one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from napari_mammoseg import models
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box, Finding, Findings
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.found import Found
from napari_mammoseg.pipelines.masses.find import find_masses
from napari_mammoseg.pipelines.masses.settings import MassSettings
from napari_mammoseg.pipelines.segment.boxed import DECODER, in_boxes
from napari_mammoseg.pipelines.segment.cutting import as_window, cut_again, mass, of_all, outlined_pieces
from napari_mammoseg.pipelines.segment.instances import DECODER as INSTANCES
from napari_mammoseg.pipelines.segment.instances import MASK_CUT, instances
from napari_mammoseg.pipelines.segment.outline import Seen, best_piece, inside
from napari_mammoseg.pipelines.segment.settings import SegmentSettings
from napari_mammoseg.pipelines.segment.whole import over_all, ready
from napari_mammoseg.run import Run
from napari_mammoseg.settings import build
from napari_mammoseg.tissue.spacing import assumed

LOWEST = 0.1
"""Masses of a lower score are outlined only where the threshold is lower, too."""
AROUND_FOUND = 0.2
"""A detector's box lies close around the mass: its sides are moved out by this share of its extent."""
UNKNOWN_CUT = 0.5
"""Where probabilities are cut of a model that no validation gave a threshold."""


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
    model, cut = networks(settings)[0], cut_of(settings, boxes is not None)
    if model.facts.decoder == DECODER:
        return _each(*_in_each_box(model, image, settings, run, boxes), cut, image)
    spacing = image.spacing or assumed(image).spacing
    if model.facts.decoder == INSTANCES and boxes is None:
        return _each(*_one_by_one(model, image, spacing, run), cut, image)
    whole = Seen(over_all(model, image, spacing, run), (slice(0, image.rows), slice(0, image.columns)))
    if boxes is not None:
        return _each(_drawn(boxes), [inside(whole, box) for box in boxes], cut, image)
    return of_all(outlined_pieces(whole.values, cut, spacing), [whole], (image.rows, image.columns), image.spacing)


def _each(masses: Sequence[Finding], seen: Sequence[Seen], cut: float, image: Mammogram) -> Found:
    """One outline in each part that was seen."""
    outlined = [(mass, best_piece(each, cut)) for mass, each in zip(masses, seen, strict=True)]
    found = of_all(outlined, seen, (image.rows, image.columns), image.spacing)
    return replace(found, windows={mass.id: as_window(each) for mass, each in zip(masses, seen, strict=True)})


def cut_anew(findings: Findings, cut: float, image: Callable[[], Mammogram]) -> Findings:
    """The result as the same run would have given it with another setting `cut`; see `cutting.cut_again`."""
    values = {**findings.run.settings, "cut": cut}
    again = cut_again(findings, cut_of(build(SegmentSettings, values), findings.run.boxes is not None), image)
    return replace(again, run=replace(findings.run, settings=values))


def cut_of(settings: SegmentSettings, in_boxes: bool) -> float:
    """The probability from which a pixel belongs to a mass: the one that is set, else the model's own."""
    return settings.cut or own_cut(settings, in_boxes)


def own_cut(settings: SegmentSettings, in_boxes: bool) -> float:
    """Where the settings' model is cut if no other cut is set."""
    model = networks(settings)[0]
    return MASK_CUT if model.facts.decoder == INSTANCES and not in_boxes else model_cut(model, settings.cut_by)


def model_cut(model: Model, measure: str) -> float:
    """Where the model's probabilities are cut: where `measure` was best on validation.

    Raises InputError if the model knows a threshold by other measures only.
    """
    known = model.facts.thresholds
    if known and measure not in known:
        raise InputError(model.name, f"has no cut by {measure}", f"choose --set cut_by from {', '.join(known)}")
    return known.get(measure, UNKNOWN_CUT)


def cuts(settings: SegmentSettings) -> dict[str, float]:
    """The cut of the settings, then those that the model knows by other measures; each by what it is called."""
    model = networks(settings)[0]
    chosen = {"at the cut that was set": settings.cut} if settings.cut else {}
    known = {
        f"cut by {measure} on validation": cut
        for measure, cut in sorted(model.facts.thresholds.items(), key=lambda each: each[0] != settings.cut_by)
    }
    return {**chosen, **known} or {"cut in the middle": UNKNOWN_CUT}


def _in_each_box(
    model: Model, image: Mammogram, settings: SegmentSettings, run: Run, boxes: Sequence[Box] | None
) -> tuple[list[Finding], list[Seen]]:
    """By a network that is shown one box at a time."""
    masses = _found(image, settings, run) if boxes is None else _drawn(boxes)
    places = [widened(each.box, image) for each in masses] if boxes is None else boxes
    with run.timed("outline"):
        seen = list(in_boxes(model, image.pixels, places, run))
    if boxes is not None:
        seen = [inside(each, box) for each, box in zip(seen, boxes, strict=True)]
    return masses, seen


def _one_by_one(model: Model, image: Mammogram, spacing: Spacing, run: Run) -> tuple[list[Finding], list[Seen]]:
    """By a network that gives each mass a score and an outline of its own."""
    found = list(instances(model, image, spacing, run))
    everywhere = (0, 0, image.rows, image.columns)
    return [mass(id, everywhere, round(score, 4)) for id, (score, _) in enumerate(found, 1)], [
        each for _, each in found
    ]


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
    return [mass(id, box, 1.0) for id, box in enumerate(boxes, start=1)]
