"""Overlap of masks, counted the slow way."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def mask_iou(masks: NDArray[np.bool_], others: NDArray[np.bool_]) -> NDArray[np.float64]:
    """IoU of each mask (n, rows, columns) with each other (m, rows, columns): (n, m); 0 for two empty ones."""
    one, two = (each.reshape(len(each), math.prod(each.shape[1:])).astype(np.float64) for each in (masks, others))
    both = one @ two.T
    either = one.sum(1)[:, None] + two.sum(1)[None] - both
    return both / np.maximum(either, 1)
