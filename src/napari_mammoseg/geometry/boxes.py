"""Boxes: (n, 4) arrays of row0, column0, row1, column1, half-open, in pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Boxes = NDArray[np.float64]


def as_boxes(boxes: ArrayLike) -> Boxes:
    """The boxes as a float array (n, 4), also when there are none."""
    return np.asarray(boxes, np.float64).reshape(-1, 4)


def areas(boxes: ArrayLike) -> NDArray[np.float64]:
    """Area of each box in square pixels; 0 for an empty one."""
    boxes = as_boxes(boxes)
    return np.asarray(np.clip(boxes[:, 2:] - boxes[:, :2], 0, None).prod(axis=1))


def centres(boxes: ArrayLike) -> NDArray[np.float64]:
    """Centre (row, column) of each box, pixel centres at whole numbers: that of (0, 0, 1, 1) is (0, 0)."""
    boxes = as_boxes(boxes)
    return np.asarray((boxes[:, :2] + boxes[:, 2:] - 1) / 2)


def intersection(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """Common area of each box of `first` with each of `second`: (n, m)."""
    a, b = as_boxes(first)[:, None], as_boxes(second)[None]
    sides = np.minimum(a[..., 2:], b[..., 2:]) - np.maximum(a[..., :2], b[..., :2])
    return np.asarray(np.clip(sides, 0, None).prod(axis=-1))


def iou(first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """Intersection over union of each box of `first` with each of `second`: (n, m); 0 where both are empty."""
    common = intersection(first, second)
    union = areas(first)[:, None] + areas(second)[None] - common
    return np.divide(common, union, out=np.zeros_like(common), where=union > 0)


def contains(boxes: ArrayLike, points: ArrayLike) -> NDArray[np.bool_]:
    """Which box (n) holds which point (m) of rows and columns with pixel centres at whole numbers: (n, m)."""
    edges = as_boxes(boxes)[:, None] - 0.5
    inside = np.asarray(points, np.float64).reshape(1, -1, 2)
    return np.asarray(((edges[..., :2] <= inside) & (inside < edges[..., 2:])).all(axis=-1))


def non_maximum_suppression(
    boxes: ArrayLike, scores: ArrayLike, highest_iou: float = 0.45, at_most: int | None = None
) -> NDArray[np.intp]:
    """Indices of the boxes that stay, best score first; `at_most` so many.

    Each drops the later ones whose IoU with it is above `highest_iou`. Of equal scores the first box wins.
    """
    boxes = as_boxes(boxes)
    waiting = np.argsort(-np.asarray(scores, np.float64), kind="stable")
    kept: list[int] = []
    while len(waiting) and (at_most is None or len(kept) < at_most):
        best, waiting = waiting[0], waiting[1:]
        kept.append(int(best))
        waiting = waiting[iou(boxes[best], boxes[waiting])[0] <= highest_iou]
    return np.asarray(kept, np.intp)
