"""The curves of a report or a comparison, as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.evaluation import average_precision, roc, scores
from napari_mammoseg.evaluation.case import Case
from napari_mammoseg.evaluation.class_scores import of_levels
from napari_mammoseg.evaluation.froc import rates_of
from napari_mammoseg.pipeline_table import PIPELINES


@dataclass(frozen=True, slots=True)
class Drawing:
    """One curve. x and y run from 0 to `right` and to 1."""

    title: str
    across: str
    up: str
    right: float
    x: NDArray[np.float64]
    y: NDArray[np.float64]


def curves(cases: Sequence[Case], pipeline: str) -> list[Drawing]:
    """FROC and precision-recall of every target, ROC of the image score; of classes, theirs."""
    if PIPELINES[pipeline].classifies:
        return _of_classes(cases)
    drawn = []
    for target in PIPELINES[pipeline].targets:
        for denominator in target.denominators:
            froc = scores.curve(cases, target.name, denominator)
            if froc is not None:
                right = max(rates_of(denominator))
                x, y = _steps(froc.rate, froc.sensitivity)
                drawn.append(Drawing(f"FROC: {target.name}", froc.denominator, "lesions found", right, x, y))
        images = [each.detections[target.name]["any"] for each in cases if target.name in each.detections]
        if any(len(each.truth) for each in images):
            line = average_precision.curve([average_precision.judge(each, 0.5) for each in images])
            title = f"Precision and recall: {target.name}, IoU at least 0.5"
            drawn.append(Drawing(title, "recall", "precision", 1, line.recall, line.precision))
    positive = [each.positive for each in cases]
    if 0 < sum(positive) < len(cases):
        x, y = roc.curve([each.image_score for each in cases], positive)
        drawn.append(Drawing("ROC: image score", "false-positive rate", "true-positive rate", 1, x, y))
    return drawn


def _of_classes(cases: Sequence[Case]) -> list[Drawing]:
    """Reliability, and ROC of malignant against all others, at boxes and of images."""
    drawn = []
    for level, bins in of_levels(cases).items():
        given = [answer for case in cases for answer in case.answers if answer.level == level]
        malignant = [each.truth == "malignant" for each in given]
        if 0 < sum(malignant) < len(given):
            x, y = roc.curve([each.p_malignant for each in given], malignant)
            drawn.append(Drawing(f"ROC: malignant, {level}", "false-positive rate", "true-positive rate", 1, x, y))
        mean, share = np.array([[each.mean, each.malignant] for each in bins]).T
        drawn.append(Drawing(f"Reliability: {level}", "probability said", "share malignant", 1, mean, share))
    return drawn


def _steps(
    rate: NDArray[np.float64], sensitivity: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The curve as stairs: between two thresholds nothing is reached."""
    x = np.concatenate([[0.0], np.repeat(rate, 2)])
    y = np.concatenate([[0.0, 0.0], np.repeat(sensitivity, 2)])[: len(x)]
    return x, y
