"""The scores of many images, each with its rule, its denominator and its interval over patients."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.evaluation.average_precision import METHODS, Judged, Method
from napari_mammoseg.evaluation.bootstrap import intervals
from napari_mammoseg.evaluation.breast_scores import breast_scores
from napari_mammoseg.evaluation.case import LABELS, Case
from napari_mammoseg.evaluation.class_scores import class_scores
from napari_mammoseg.evaluation.froc import AT_MOST, PER_AREA, Froc, Reading, froc, limits, rates_of
from napari_mammoseg.evaluation.image_scores import image_scores
from napari_mammoseg.evaluation.matching import rule as rule_called
from napari_mammoseg.evaluation.outline_scores import outline_scores
from napari_mammoseg.evaluation.pixel_scores import best_cut_scores, pixel_scores
from napari_mammoseg.evaluation.score import Score, counted
from napari_mammoseg.pipeline_table import PIPELINES, Denominator, Target

OF_THOSE_FOUND = "Dice of those found"


def scores(
    cases: Sequence[Case], pipeline: str, rule: str | None = None, samples: int = 1000, seed: int = 0
) -> list[Score]:
    """Every score that the truth of the images allows: FROC, average precision, ROC, pixels; of classes, theirs."""
    if PIPELINES[pipeline].classifies:
        return class_scores([answer for case in cases for answer in case.answers], samples, seed)
    found: list[Score] = []
    for target in PIPELINES[pipeline].targets:
        for denominator in target.denominators:
            found += _froc_scores(cases, target, denominator, rule or target.rule, samples, seed)
        found += _threshold_scores(cases, target, rule or target.rule, samples, seed)
        found += _free_tissue_scores(cases, target, rule or target.rule, samples, seed)
        if PIPELINES[pipeline].outlined:
            found += outline_scores(cases, target.name, rule or target.rule, samples, seed)
        if target.boxes:
            found += _precision_scores(cases, target, samples, seed)
    return [
        *found,
        *image_scores(cases, samples, seed),
        *breast_scores(cases, pipeline, rule, samples, seed),
        *pixel_scores(cases, PIPELINES[pipeline].outlined, samples, seed),
        *best_cut_scores(cases, samples, seed),
    ]


def why_none(pipeline: str) -> str:
    """Why an evaluation has no score, in words."""
    if PIPELINES[pipeline].classifies:
        return "the truth has not both malignant and other masses or images"
    return "the truth has no lesion of this kind"


def readings(cases: Sequence[Case], target: str) -> list[Reading]:
    """The readings of a target, from the images whose truth tells where its lesions are."""
    return [each.readings[target] for each in cases if target in each.readings]


def curve(cases: Sequence[Case], target: str, denominator: Denominator) -> Froc | None:
    """The FROC curve of a target, or None where there is no lesion to find or nothing to divide by."""
    chosen = readings(cases, target)
    if denominator in PER_AREA:
        chosen = [each for each in chosen if each.area_cm2 is not None]
    try:
        drawn = froc(chosen, denominator)
    except ValueError:
        return None
    return drawn if drawn.lesions else None


def _froc_scores(
    cases: Sequence[Case], target: Target, denominator: Denominator, rule: str, samples: int, seed: int
) -> Iterator[Score]:
    drawn = curve(cases, target.name, denominator)
    if drawn is None:
        return
    rates = rates_of(denominator)
    chosen = [each for each in cases if target.name in each.readings]
    if denominator in PER_AREA:
        chosen = [each for each in chosen if each.readings[target.name].area_cm2 is not None]
    statistics = partial(_at_rates, target.name, denominator, rates)
    between = intervals(chosen, [each.patient for each in chosen], statistics, samples, seed=seed)
    of = f"{_counted(drawn.lesions, len(chosen))}, {drawn.units:g} {_UNITS[denominator]}"
    names = [f"{target.name}: {what} at {rate:g}" for what in ("sensitivity", OF_THOSE_FOUND) for rate in rates]
    words = f"{drawn.denominator}, {AT_MOST}"
    for name, value, interval in zip(names, statistics(chosen), between, strict=True):
        if OF_THOSE_FOUND not in name or (denominator in PER_AREA and not math.isnan(value)):
            yield Score(name, value, rule_called(rule).words, words, of, interval)


def _at_rates(target: str, denominator: Denominator, rates: Sequence[float], cases: Sequence[Case]) -> list[float]:
    """Sensitivity at each rate, then the mean Dice of the lesions found there; nan where nothing can be counted."""
    read = [each.readings[target] for each in cases]
    try:
        highest = limits(read, denominator, rates)
    except ValueError:
        return [float("nan")] * (2 * len(rates))
    found = np.concatenate([each.found_at for each in read])
    dice = _dice(target, cases)
    return [
        *(_mean(found > limit) for limit in highest),
        *(_mean(dice[dice[:, 0] > limit, 1]) for limit in highest),
    ]


def _dice(target: str, cases: Sequence[Case]) -> NDArray[np.float64]:
    """Scores and Dice of all lesions found that have areas: (n, 2)."""
    return np.concatenate([np.empty((0, 2)), *(each.dice[target] for each in cases if target in each.dice)])


def _mean(values: NDArray) -> float:
    return float(values.mean()) if values.size else float("nan")


def _counted(lesions: int, images: int) -> str:
    return f"{counted(lesions, 'lesion')}, {counted(images, 'image')}"


def _threshold_scores(cases: Sequence[Case], target: Target, rule: str, samples: int, seed: int) -> Iterator[Score]:
    """Scores at the threshold of the settings."""
    known = [each for each in cases if target.name in each.readings]
    lesions = sum(len(each.readings[target.name].found_at) for each in known)
    if not lesions:
        return
    statistics = partial(_at_threshold, target.name)
    between = intervals(known, [each.patient for each in known], statistics, samples, seed=seed)
    names = ("sensitivity", "false positives per image", OF_THOSE_FOUND)
    dice = sum(int((_dice(target.name, [each])[:, 0] >= each.threshold).sum()) for each in known)
    of = _counted(lesions, len(known))
    ofs = (of, of, f"{counted(dice, 'lesion')} found, those with an area whose mark has one, too")
    for name, value, words, interval in zip(names, statistics(known), ofs, between, strict=True):
        if not math.isnan(value):
            yield Score(
                f"{target.name}: {name}",
                value,
                rule_called(rule).words,
                f"all images, {_at(known)}",
                words,
                interval,
            )


def _at(cases: Sequence[Case]) -> str:
    thresholds = sorted({each.threshold for each in cases})
    return f"at the threshold {', '.join(f'{each:g}' for each in thresholds)}"


def _free_tissue_scores(cases: Sequence[Case], target: Target, rule: str, samples: int, seed: int) -> Iterator[Score]:
    """False marks per cm² of breast at the threshold of the settings, on images free of such lesions."""
    known = [each for each in cases if target.name in each.readings]
    free = [each for each in known if each.readings[target.name].is_free and each.readings[target.name].area_cm2]
    if "free-cm2" not in target.denominators or not free:
        return
    statistic = partial(_false_per_cm2, target.name)
    between = intervals(free, [each.patient for each in free], statistic, samples, seed=seed)
    name = f"{target.name}: false positives per cm² of breast"
    words = f"only images free of such lesions, {_at(free)}"
    yield Score(name, statistic(free)[0], rule_called(rule).words, words, counted(len(free), "image"), between[0])


def _false_per_cm2(target: str, cases: Sequence[Case]) -> list[float]:
    false = sum(np.count_nonzero(each.readings[target].false >= each.threshold) for each in cases)
    return [float(false / sum(each.readings[target].area_cm2 or 0 for each in cases))]


def _at_threshold(target: str, cases: Sequence[Case]) -> list[float]:
    """Sensitivity, false positives per image, mean Dice of the lesions found."""
    found = [each.readings[target].found_at >= each.threshold for each in cases]
    false = [np.count_nonzero(each.readings[target].false >= each.threshold) for each in cases]
    drawn = [(_dice(target, [each]), each.threshold) for each in cases]
    dice = [pairs[pairs[:, 0] >= threshold, 1] for pairs, threshold in drawn]
    return [_mean(np.concatenate(found)), float(np.mean(false)), _mean(np.concatenate(dice))]


_UNITS: dict[Denominator, str] = {
    "images": "of them counted",
    "free-images": "of them counted",
    "normal-images": "of them counted",
    "cm2": "cm² of breast",
    "free-cm2": "cm² of breast counted",
}


_CLASSES = {"": ("any",), "benign ": ("benign",), "malignant ": ("malignant",), "mean of classes, ": LABELS}


def _precision_scores(cases: Sequence[Case], target: Target, samples: int, seed: int) -> Iterator[Score]:
    """Of all boxes, of each class, and the mean of the classes."""
    boxed = [each for each in cases if target.name in each.detections]
    for which, labels in _CLASSES.items():
        images = [each.detections[target.name] for each in boxed if set(labels) <= set(each.detections[target.name])]
        lesions = [sum(len(each[label].truth) for each in images) for label in labels]
        if len(images) < len(boxed) or not all(lesions):
            continue
        patients = [each[labels[0]].patient for each in images]
        for name, method in METHODS.items():
            judged = [tuple(method.judge(each[label]) for label in labels) for each in images]
            mean = partial(_mean_of_classes, method)
            between = intervals(judged, patients, mean, samples, seed=seed)
            words = "all images; a second box on the same lesion is a false positive"
            of = _counted(sum(lesions), len(images))
            yield Score(f"{which}{target.name}: {name}", mean(judged)[0], method.words, words, of, between[0])


def _mean_of_classes(method: Method, images: Sequence[tuple[tuple[Judged, ...], ...]]) -> list[float]:
    classes = range(len(images[0]))
    return [float(np.mean([method.of([each[place] for each in images]) for place in classes]))]
