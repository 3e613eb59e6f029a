"""Average precision of outlined masses: IoU of masks in place of boxes (COCO; Aung 2018, section V F)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.evaluation.average_precision import METHODS, judged


@dataclass(frozen=True, slots=True)
class Outlines:
    """One image: masks (n, rows, columns) with scores (n,), and the truth's masks (m, rows, columns), bool."""

    masks: NDArray[np.bool_]
    scores: NDArray[np.float64]
    truth: NDArray[np.bool_]


def mask_iou(masks: NDArray[np.bool_], others: NDArray[np.bool_]) -> NDArray[np.float64]:
    """IoU of each mask (n, rows, columns) with each other (m, rows, columns): (n, m); 0 for two empty ones."""
    one, two = (each.reshape(len(each), math.prod(each.shape[1:])).astype(np.float64) for each in (masks, others))
    both = one @ two.T
    either = one.sum(1)[:, None] + two.sum(1)[None] - both
    return both / np.maximum(either, 1)


def outline_precision(images: Sequence[Outlines], method: str = "AP[.50:.05:.95]") -> float:
    """The average precision of `images` by a method of METHODS; nan without truth."""
    chosen = METHODS[method]
    overlaps = [mask_iou(each.masks, each.truth) for each in images]
    return chosen.of(
        [
            tuple(judged(each.scores, free, lowest) for lowest in chosen.ious)
            for each, free in zip(images, overlaps, strict=True)
        ]
    )
