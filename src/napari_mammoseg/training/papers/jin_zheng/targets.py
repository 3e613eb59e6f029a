"""Which default boxes are matched with which mass, and the answers wanted for them (Liu 2016; numbers of ssd_keras)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.geometry.boxes import iou
from napari_mammoseg.networks import default_boxes

MATCHING_IOU = 0.5


def matched(
    boxes: NDArray[np.float64], labels: NDArray[np.int64], ignored: NDArray[np.float64], side: int
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Labels (6132,) and offsets (6132, 4) for masses `boxes` (n, 4) in pixels of a picture of `side`.

    labels of the masses: 0 benign, 1 malignant, -1 unknown; of the default boxes: 0 background, 1 benign, 2 malignant,
    -1 left out (masses of unknown sort, and what overlaps `ignored`). Each mass first gets its best free default box,
    then every other box with an IoU of at least 0.5 its best mass.
    """
    defaults = default_boxes.ssd256()
    label, offsets = np.zeros(len(defaults), np.int64), np.zeros((len(defaults), 4), np.float32)
    if len(ignored):
        label[iou(defaults, ignored / side).max(axis=1) >= 0.3] = -1
    if len(boxes):
        mass = _mass_of_box(iou(defaults, boxes / side))
        taken = np.flatnonzero(mass >= 0)
        known = labels[mass[taken]] >= 0
        label[taken] = np.where(known, labels[mass[taken]] + 1, -1)
        offsets[taken] = default_boxes.encode(boxes[mass[taken]] / side, defaults[taken])
    return label, offsets


def _mass_of_box(overlap: NDArray[np.float64]) -> NDArray[np.intp]:
    """The mass of each default box, -1 for none. overlap: IoU (default boxes, masses)."""
    mass = np.where(overlap.max(axis=1) >= MATCHING_IOU, overlap.argmax(axis=1), -1)
    left = overlap.copy()
    for _ in range(overlap.shape[1]):
        box, index = np.unravel_index(left.argmax(), left.shape)
        mass[box] = index
        left[box], left[:, index] = -1, -1
    return mass
