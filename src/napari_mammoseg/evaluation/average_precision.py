"""Average precision of boxes, the three ways the field counts it.

Detections are matched to the truth as COCO does: by falling score, each to the free lesion of the same image with which
its IoU is largest; one detection counts per lesion, every further one is a false positive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_mammoseg.geometry.boxes import as_boxes, iou

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


@dataclass(frozen=True, slots=True)
class Judged:
    """One image at one IoU: scores (n,), which detections are right (n,), and how many lesions there are."""

    scores: NDArray[np.float64]
    right: NDArray[np.bool_]
    lesions: int


@dataclass(frozen=True, slots=True)
class Method:
    """A way to count: the IoUs it averages over, the average of one precision-recall curve, the rule in words."""

    ious: tuple[float, ...]
    average: Callable[[PrecisionRecall], float]
    words: str

    def judge(self, image: Detections) -> tuple[Judged, ...]:
        """The image at each IoU, so that many averages over the same images need the matching once."""
        return tuple(judge(image, each) for each in self.ious)

    def of(self, images: Sequence[tuple[Judged, ...]]) -> float:
        """The average precision over judged images; nan without truth."""
        if not sum(each[0].lesions for each in images):
            return float("nan")
        curves = (curve([each[place] for each in images]) for place in range(len(self.ious)))
        return float(np.mean([self.average(each) for each in curves]))


def judge(image: Detections, lowest_iou: float) -> Judged:
    """Which detections of an image are right."""
    return judged(image.scores, iou(image.boxes, image.truth), lowest_iou)


def judged(scores: NDArray[np.float64], overlap: NDArray[np.float64], lowest_iou: float) -> Judged:
    """Which detections are right by their scores (n,) and their IoU with each lesion (n, m)."""
    right, free = np.zeros(len(scores), bool), overlap.copy()
    for detection in np.argsort(-scores, kind="stable") if free.size else ():
        best = int(free[detection].argmax())
        if free[detection, best] >= min(lowest_iou, 1 - 1e-10):
            right[detection], free[:, best] = True, -1
    return Judged(scores, right, overlap.shape[1])


def curve(images: Sequence[Judged]) -> PrecisionRecall:
    """The precision-recall curve over many images. Empty where there is no truth at all."""
    lesions = sum(each.lesions for each in images)
    if not lesions:
        return PrecisionRecall(np.empty(0), np.empty(0), np.empty(0))
    scores = np.concatenate([each.scores for each in images])
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(np.concatenate([each.right for each in images])[order])
    return PrecisionRecall(found / np.arange(1, len(order) + 1), found / lesions, scores[order])


def _at_recalls(points: int) -> Callable[[PrecisionRecall], float]:
    recalls = np.linspace(0, 1, points)

    def average(curve: PrecisionRecall) -> float:
        return float(curve.envelope(recalls).mean())

    return average


def _area(curve: PrecisionRecall) -> float:
    steps = np.diff(curve.recall, prepend=0.0)
    return float((steps * curve.envelope(curve.recall)).sum())


_TWENTY, _ALL = "mean best precision at 20 recalls from 0 to 1", "area under the smoothed precision-recall curve"
METHODS: dict[str, Method] = {
    "AP20": Method((0.5,), _at_recalls(20), f"IoU of the boxes at least 0.5; {_TWENTY}"),
    "AP": Method((0.5,), _area, f"IoU of the boxes at least 0.5; {_ALL}"),
    "AP20@IoU0.2": Method((0.2,), _at_recalls(20), f"IoU of the boxes at least 0.2; {_TWENTY}"),
    "AP@IoU0.2": Method((0.2,), _area, f"IoU of the boxes at least 0.2; {_ALL}"),
    "AP[.50:.05:.95]": Method(
        COCO_IOUS, _at_recalls(101), "mean over IoU 0.50, 0.55, … 0.95 of the mean best precision at 101 recalls (COCO)"
    ),
}
"""The averages that a report prints. AP20 is the one of Jin & Zheng 2019, Metrics."""


def average_precision(images: Sequence[Detections], method: str = "AP20") -> float:
    """The average precision of `images` by a method of METHODS; nan without truth."""
    chosen = METHODS[method]
    return chosen.of([chosen.judge(each) for each in images])
