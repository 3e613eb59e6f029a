"""Pixels against pixels: the measures of Cobos 2016, pooled over all pixels or the mean of the images, never mixed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MEASURES = ("iou", "dice", "g_mean", "accuracy", "sensitivity", "specificity", "precision", "recall")
"""In the order of the tables of Cobos 2016; Dice is their F1-score."""


@dataclass(frozen=True, slots=True)
class Pixels:
    """How many pixels are rightly and falsely marked and left. A ratio of nothing to nothing is nan."""

    true_positive: int
    false_positive: int
    false_negative: int
    true_negative: int

    @classmethod
    def of(cls, marked: NDArray[np.bool_], truth: NDArray[np.bool_], inside: NDArray[np.bool_] | None = None) -> Pixels:
        """Counts two masks of one shape, only where `inside` (the breast) where it is given."""
        if marked.shape != truth.shape:
            raise ValueError(f"the mask is {marked.shape}, the truth {truth.shape}")
        if inside is not None:
            marked, truth = marked[inside], truth[inside]
        both, one, other = (int(np.count_nonzero(each)) for each in (marked & truth, marked, truth))
        return cls(both, one - both, other - both, int(truth.size) - one - other + both)

    def __add__(self, other: Pixels) -> Pixels:
        return Pixels(
            self.true_positive + other.true_positive,
            self.false_positive + other.false_positive,
            self.false_negative + other.false_negative,
            self.true_negative + other.true_negative,
        )

    @property
    def dice(self) -> float:
        return _ratio(2 * self.true_positive, 2 * self.true_positive + self.false_positive + self.false_negative)

    @property
    def iou(self) -> float:
        return _ratio(self.true_positive, self.true_positive + self.false_positive + self.false_negative)

    @property
    def sensitivity(self) -> float:
        return _ratio(self.true_positive, self.true_positive + self.false_negative)

    @property
    def precision(self) -> float:
        return _ratio(self.true_positive, self.true_positive + self.false_positive)

    @property
    def specificity(self) -> float:
        return _ratio(self.true_negative, self.true_negative + self.false_positive)

    @property
    def recall(self) -> float:
        """Sensitivity by its other name."""
        return self.sensitivity

    @property
    def accuracy(self) -> float:
        right = self.true_positive + self.true_negative
        return _ratio(right, right + self.false_positive + self.false_negative)

    @property
    def g_mean(self) -> float:
        """The geometric mean of sensitivity and specificity."""
        return math.sqrt(self.sensitivity * self.specificity)


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def pooled(images: Iterable[Pixels], measure: str) -> float:
    """The measure of all pixels of all images counted together (Cobos 2016)."""
    return float(getattr(sum(images, Pixels(0, 0, 0, 0)), measure))


def per_image(images: Sequence[Pixels], measure: str) -> float:
    """The mean of the images' own values, over the images that have one (Dice: those with a lesion or a mark)."""
    values = np.array([getattr(each, measure) for each in images], np.float64)
    return float(np.nanmean(values)) if np.isfinite(values).any() else float("nan")
