"""Average precision of boxes, the three ways the field counts it.

Detections are matched to the truth as COCO does: by falling score, each to the free lesion of the same image with which
its IoU is largest; one detection a lesion, every further one is false.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_mammoseg.evaluation.boxes import as_boxes, iou

COCO_IOUS = tuple(float(each) for each in np.linspace(0.5, 0.95, 10))


@dataclass(frozen=True, slots=True)
class Detections:
    """One image: boxes (n, 4) with scores (n,), and the truth's boxes (m, 4), all of one class."""

    boxes: NDArray[np.float64]
    scores: NDArray[np.float64]
    truth: NDArray[np.float64]
    patient: str = ""

    @classmethod
    def of(cls, boxes: ArrayLike, scores: ArrayLike, truth: ArrayLike, patient: str = "") -> Detections:
        return cls(as_boxes(boxes), np.asarray(scores, np.float64).reshape(-1), as_boxes(truth), patient)


@dataclass(frozen=True, slots=True)
class PrecisionRecall:
    """Precision and recall after each detection, by falling score."""

    precision: NDArray[np.float64]
    recall: NDArray[np.float64]
    scores: NDArray[np.float64]

    def envelope(self, recalls: NDArray[np.float64]) -> NDArray[np.float64]:
        """The best precision at each recall or above it; 0 beyond the largest recall reached."""
        best = np.append(np.maximum.accumulate(self.precision[::-1])[::-1], 0.0)
        return np.asarray(best[np.searchsorted(self.recall, recalls, side="left")])


def precision_recall(images: Sequence[Detections], lowest_iou: float = 0.5) -> PrecisionRecall:
    """The curve over many images at one IoU. Empty where there is no truth at all."""
    lesions = sum(len(each.truth) for each in images)
    scores = np.concatenate([*(each.scores for each in images), np.empty(0)])
    right = np.concatenate([*(_right(each, lowest_iou) for each in images), np.empty(0, bool)])
    if not lesions:
        return PrecisionRecall(np.empty(0), np.empty(0), np.empty(0))
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(right[order])
    return PrecisionRecall(found / np.arange(1, len(order) + 1), found / lesions, scores[order])


def _right(image: Detections, lowest_iou: float) -> NDArray[np.bool_]:
    """Which detections are right."""
    right = np.zeros(len(image.scores), bool)
    free = iou(image.boxes, image.truth)
    for detection in np.argsort(-image.scores, kind="stable"):
        best = int(free[detection].argmax()) if free.shape[1] else 0
        if free.shape[1] and free[detection, best] >= min(lowest_iou, 1 - 1e-10):
            right[detection], free[:, best] = True, -1
    return right


def twenty_points(images: Sequence[Detections], lowest_iou: float = 0.5) -> float:
    """Mean best precision at 20 recalls evenly from 0 to 1 (Jin & Zheng 2019, Metrics); nan without truth."""
    return _average(images, lowest_iou, lambda curve: float(curve.envelope(np.linspace(0, 1, 20)).mean()))


def all_points(images: Sequence[Detections], lowest_iou: float = 0.5) -> float:
    """Area under the smoothed precision-recall curve, every step counted; nan without truth."""

    def area(curve: PrecisionRecall) -> float:
        steps = np.diff(curve.recall, prepend=0.0)
        return float((steps * curve.envelope(curve.recall)).sum())

    return _average(images, lowest_iou, area)


def coco(images: Sequence[Detections], ious: Sequence[float] = COCO_IOUS) -> float:
    """COCO's AP[.50:.05:.95]: mean over the IoUs of the mean best precision at 101 recalls; nan without truth."""
    recalls = np.linspace(0, 1, 101)
    return float(
        np.mean([_average(images, each, lambda curve: float(curve.envelope(recalls).mean())) for each in ious])
    )


def _average(images: Sequence[Detections], lowest_iou: float, of: Callable[[PrecisionRecall], float]) -> float:
    if not any(len(each.truth) for each in images):
        return float("nan")
    return of(precision_recall(images, lowest_iou))


METHODS: dict[str, tuple[Callable[[Sequence[Detections]], float], str]] = {
    "AP20": (twenty_points, "IoU of the boxes at least 0.5; mean best precision at 20 recalls from 0 to 1"),
    "AP": (all_points, "IoU of the boxes at least 0.5; area under the smoothed precision-recall curve"),
    "AP20@IoU0.2": (
        lambda images: twenty_points(images, 0.2),
        "IoU of the boxes at least 0.2; mean best precision at 20 recalls from 0 to 1",
    ),
    "AP@IoU0.2": (
        lambda images: all_points(images, 0.2),
        "IoU of the boxes at least 0.2; area under the smoothed precision-recall curve",
    ),
    "AP[.50:.05:.95]": (coco, "mean over IoU 0.50, 0.55, … 0.95 of the mean best precision at 101 recalls (COCO)"),
}
"""The averages that a report prints: name, function, rule in words."""
