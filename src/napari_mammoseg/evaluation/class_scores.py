"""How well benign, malignant and normal are told apart, and whether the probabilities are what they say."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.evaluation import roc
from napari_mammoseg.evaluation.answers import Answer, Level
from napari_mammoseg.evaluation.bootstrap import intervals
from napari_mammoseg.evaluation.case import Case
from napari_mammoseg.evaluation.score import Score
from napari_mammoseg.kinds import CLASSES

BINS = 10
CUT = 0.5
"""A probability of malignancy from which an answer counts as malignant."""
WHERE = {"boxes": "masses in the truth's boxes", "images": "whole images"}
TWO = (
    "AUC",
    f"accuracy at {CUT}",
    f"sensitivity at {CUT}",
    f"specificity at {CUT}",
    f"mean recall at {CUT}",
    "calibration error",
    "calibration error, either half",
)
OF_TWO = (
    "AUC: pairs, ties count half; sensitivity (recall): the malignant; specificity: the others; mean recall: the mean "
    f"of these two; accuracy: all; expected calibration error: all in {BINS} bins, and with either side weighing half"
)
"""Names and denominators of what `two_classes` gives."""


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers whose probability of malignancy lies in low…high: how many, their mean, and how many are malignant."""

    low: float
    high: float
    answers: int
    mean: float
    malignant: float


def class_scores(given: Sequence[Answer], samples: int = 1000, seed: int = 0) -> list[Score]:
    """Every score that the truth allows: at boxes and of images, with two classes and with three."""
    found: list[Score] = []
    for level in get_args(Level):
        at = [each for each in given if each.level == level]
        ill = [each for each in at if each.truth != "normal"]
        rule = f"malignant against benign {WHERE[level]}, by the probability of malignancy"
        found += _scored(level, ill, TWO, OF_TWO, two_classes, rule, samples, seed)
        if len(ill) < len(at):
            rule = f"malignant against all other {_places(level)}, by the probability of malignancy"
            found += _scored(f"{level}, normal too", at, TWO, OF_TWO, two_classes, rule, samples, seed)
            rule = f"normal, benign or malignant {_places(level)}, by the label"
            found += _scored(f"{level}, three classes", at, THREE, OF_THREE, three_classes, rule, samples, seed)
    return found


def _places(level: str) -> str:
    return WHERE[level] if level == "images" else "boxes: masses in the truth's, healthy places of their size"


def _scored(
    name: str,
    given: Sequence[Answer],
    names: Sequence[str],
    denominator: str,
    statistics: Callable[[Sequence[Answer]], list[float]],
    rule: str,
    samples: int,
    seed: int,
) -> Iterator[Score]:
    if len({each.truth == "malignant" for each in given}) < 2:
        return
    between = intervals(given, [each.patient for each in given], statistics, samples, seed=seed)
    of = ", ".join(f"{sum(each.truth == one for each in given)} {one}" for one in reversed(CLASSES))
    for what, value, interval in zip(names, statistics(given), between, strict=True):
        if not math.isnan(value):
            yield Score(f"{name}: {what}", value, rule, denominator, of, interval)


def two_classes(given: Sequence[Answer]) -> list[float]:
    """As `TWO` names them; nan where nothing can be counted."""
    p, malignant = _p(given), np.array([each.truth == "malignant" for each in given])
    sensitivity, specificity = _mean(p[malignant] >= CUT), _mean(p[~malignant] < CUT)
    weights = np.where(malignant, 0.5 / max(malignant.sum(), 1), 0.5 / max((~malignant).sum(), 1))
    return [
        roc.auc(p, malignant),
        roc.accuracy(p, malignant, CUT),
        sensitivity,
        specificity,
        (sensitivity + specificity) / 2,
        calibration_error(p, malignant, np.ones(len(p))),
        calibration_error(p, malignant, weights),
    ]


THREE = ("accuracy", *(f"recall of {each}" for each in CLASSES), "mean recall")
OF_THREE = "accuracy: all; recall: all of the class; mean recall: the mean of the classes there are"
"""Names and denominators of what `three_classes` gives."""


def three_classes(given: Sequence[Answer]) -> list[float]:
    """As `THREE` names them; nan for a class of which there is none."""
    right = np.array([each.said == each.truth for each in given])
    truth = np.array([each.truth for each in given])
    recalls = [_mean(right[truth == each]) for each in CLASSES]
    known = [each for each in recalls if not math.isnan(each)]
    return [_mean(right), *recalls, sum(known) / max(len(known), 1)]


def calibration_error(p: NDArray[np.float64], malignant: NDArray[np.bool_], weights: NDArray[np.float64]) -> float:
    """Mean distance of the probabilities of a bin and the share that is malignant, weighted by its answers.

    Naeini 2015 ("expected calibration error"), with bins of equal width.
    """
    place = _places_in_bins(p)
    said = np.bincount(place, weights * p, BINS)
    true = np.bincount(place, weights * malignant, BINS)
    return float(np.abs(said - true).sum() / weights.sum()) if len(p) else float("nan")


def of_levels(cases: Sequence[Case]) -> dict[Level, list[Bin]]:
    """The reliability of the answers at boxes and of images, malignant against the rest, where there are any."""
    given = [answer for case in cases for answer in case.answers]
    levels = {level: [each for each in given if each.level == level] for level in get_args(Level)}
    return {level: reliability(at) for level, at in levels.items() if at}


def reliability(given: Sequence[Answer]) -> list[Bin]:
    """The bins that hold answers, lowest first."""
    p, malignant = _p(given), np.array([each.truth == "malignant" for each in given], bool)
    place = _places_in_bins(p)
    return [
        Bin(
            number / BINS,
            (number + 1) / BINS,
            int((place == number).sum()),
            round(float(p[place == number].mean()), 4),
            round(float(malignant[place == number].mean()), 4),
        )
        for number in np.unique(place).tolist()
    ]


def _places_in_bins(p: NDArray[np.float64]) -> NDArray[np.intp]:
    return np.minimum((p * BINS).astype(np.intp), BINS - 1)


def _p(given: Sequence[Answer]) -> NDArray[np.float64]:
    return np.array([each.p_malignant for each in given], np.float64)


def _mean(values: NDArray[np.bool_]) -> float:
    return float(values.mean()) if values.size else float("nan")
