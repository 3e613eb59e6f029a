"""Image scores: the ROC curve, the area under it, accuracy at a threshold."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def auc(scores: ArrayLike, positive: ArrayLike) -> float:
    """Probability that a positive scores above a negative, ties count half (Mann–Whitney); nan without both."""
    from scipy.stats import rankdata  # takes most of a second, for which the window's first dock would wait

    scores, truth = np.asarray(scores, np.float64), np.asarray(positive, bool)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    if not positives or not negatives:
        return float("nan")
    ranks = rankdata(scores)[truth].sum()
    return float((ranks - positives * (positives + 1) / 2) / (positives * negatives))


def accuracy(scores: ArrayLike, positive: ArrayLike, threshold: float = 0.5) -> float:
    """Share of items told rightly when a score at or above the threshold means positive; nan without items."""
    right = (np.asarray(scores, np.float64) >= threshold) == np.asarray(positive, bool)
    return float(right.mean()) if right.size else float("nan")


def curve(scores: ArrayLike, positive: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """False-positive and true-positive rates from (0, 0) to (1, 1), one point per distinct score."""
    scores, truth = np.asarray(scores, np.float64), np.asarray(positive, bool)
    thresholds = np.unique(scores)[::-1]
    rates = [_share_at_or_above(scores[chosen], thresholds) for chosen in (~truth, truth)]
    return np.concatenate([[0.0], rates[0]]), np.concatenate([[0.0], rates[1]])


def _share_at_or_above(scores: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    ordered = np.sort(scores)
    return np.asarray((len(ordered) - np.searchsorted(ordered, thresholds, side="left")) / max(len(ordered), 1))
