"""The scores of pixels, each with its rule, its denominator and its interval over patients."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

from napari_mammoseg.evaluation.bootstrap import intervals
from napari_mammoseg.evaluation.case import Case
from napari_mammoseg.evaluation.overlap import MEASURES, Pixels, per_image, pooled
from napari_mammoseg.evaluation.score import Score, counted
from napari_mammoseg.evaluation.thresholds import total

PIXEL_MEASURES = ("dice", "iou", "sensitivity")
"""Of pipelines whose outlines are not what they are for; these get all of Cobos' measures."""


def pixel_scores(cases: Sequence[Case], outlined: bool, samples: int, seed: int) -> Iterator[Score]:
    """Scores of marked pixels against those of lesions; `outlined`: by all of Cobos' measures, inside the breast."""
    known = [(each.pixels, each.patient) for each in cases if each.pixels is not None]
    if not any(pixels.true_positive + pixels.false_negative for pixels, _ in known):
        return
    images, patients = [pixels for pixels, _ in known], [patient for _, patient in known]
    values = partial(_values, MEASURES if outlined else PIXEL_MEASURES)
    between = intervals(images, patients, values, samples, seed=seed)
    names = _names(MEASURES if outlined else PIXEL_MEASURES)
    rule = f"pixel by pixel {'inside the breast' if outlined else 'over the whole image'}, at the threshold"
    for (name, measure, words), value, interval in zip(names, values(images), between, strict=True):
        yield Score(f"pixels: {measure} {name}", value, rule, words, counted(len(known), "image"), interval)


def best_cut_scores(cases: Sequence[Case], samples: int, seed: int) -> Iterator[Score]:
    """Cobos' measures where the probabilities are cut best by IoU and best by G-mean on these same images."""
    known = [(each.levels, each.patient) for each in cases if each.levels is not None]
    levels, patients = [each for each, _ in known], [patient for _, patient in known]
    whole = total(levels)
    if not whole.counts[0].true_positive + whole.counts[0].false_negative:
        return
    for by, threshold in whole.chosen.items():
        images = [each.at(threshold) for each in levels]
        values = partial(_values, MEASURES)
        between = intervals(images, patients, values, samples, seed=seed)
        rule = f"every pixel inside the breast at {threshold:.2f} or above: best by {by} on these same images"
        for (name, measure, words), value, interval in zip(_names(MEASURES), values(images), between, strict=True):
            named = f"pixels, best cut by {by}: {measure} {name}"
            yield Score(named, value, rule, words, counted(len(known), "image"), interval)


def _names(measures: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    yield from (("pooled", each, "the pixels of all images counted together") for each in measures)
    yield from (
        ("per image", each, "mean of the images that have one (Dice: those with a lesion or a mark)")
        for each in measures
    )


def _values(measures: Sequence[str], images: Sequence[Pixels]) -> list[float]:
    return [of(images, measure) for of in (pooled, per_image) for measure in measures]
