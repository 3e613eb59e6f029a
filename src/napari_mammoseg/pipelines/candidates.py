"""From a map of evidence to single calcifications: every peak with the pixels that belong to it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

SMOOTHING_PX = 0.6
EDGE = 0.5
"""A calcification ends where its probability falls to this part of its peak (the full width at half maximum)."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Peaks in falling order of score.

    labels: int32 (rows, columns), candidate i (from 0) carries i + 1. scores, rows, columns: one value a candidate;
    rows and columns are the peaks' pixels.
    """

    labels: NDArray[np.int32]
    scores: NDArray[np.float32]
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]

    def on_grid(self, shape: tuple[int, int]) -> Candidates:
        """The same on another grid over the same rectangle. One smaller than a pixel keeps the pixel it lies in; of two
        that share their last pixel the better one stays."""
        index = [((np.arange(n) + 0.5) * m / n).astype(np.intp) for n, m in zip(shape, self.labels.shape, strict=True)]
        labels = self.labels[index[0]][:, index[1]]
        rows, columns = (
            ((each + 0.5) * n / m).astype(np.intp)
            for each, n, m in zip((self.rows, self.columns), shape, self.labels.shape, strict=True)
        )
        labels[rows[::-1], columns[::-1]] = np.arange(len(rows), 0, -1)
        kept = np.flatnonzero(labels[rows, columns] == np.arange(1, len(rows) + 1))
        renumbered = np.zeros(len(rows) + 1, np.int32)
        renumbered[kept + 1] = np.arange(1, len(kept) + 1)
        return Candidates(renumbered[labels], self.scores[kept], rows[kept], columns[kept])


def candidates(probability: NDArray[np.float32], floor: float, limit: int) -> Candidates:
    """The peaks of `probability` (rows, columns) at or above `floor`, the best `limit` of them.

    Each pixel above half of `floor` climbs to its highest neighbour until it stands on a peak; it belongs to that
    peak if it has at least half of its probability.
    """
    smooth = ndimage.gaussian_filter(probability, SMOOTHING_PX)
    places = np.flatnonzero(smooth >= EDGE * floor)
    peaks = _climb(smooth, places)
    flat = probability.ravel()
    tops, member = np.unique(peaks, return_inverse=True)
    scores = ndimage.maximum(flat[places], member, np.arange(len(tops))) if len(tops) else np.empty(0, np.float32)
    scores = np.asarray(scores, np.float32)
    order = np.argsort(-scores, kind="stable")
    order = order[scores[order] >= floor][:limit]
    rank = np.zeros(len(tops) + 1, np.int32)
    rank[order] = np.arange(1, len(order) + 1)
    labels = np.zeros(probability.size, np.int32)
    if len(tops):
        labels[places] = np.where(flat[places] >= EDGE * scores[member], rank[member], 0)
    rows, columns = np.unravel_index(tops[order], probability.shape)
    labels[tops[order]] = np.arange(1, len(order) + 1)
    return Candidates(labels.reshape(probability.shape), scores[order], rows, columns)


def _climb(values: NDArray[np.float32], places: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each of the flat indices `places` the flat index of the peak that steepest ascent leads to."""
    columns = values.shape[1]
    padded = np.pad(values, 1, constant_values=-np.inf).ravel()
    width = columns + 2
    steps = np.array([0, -width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1])
    at = (places // columns + 1) * width + places % columns + 1
    around = padded[at[:, None] + steps]
    best = at + steps[np.argmax(around, axis=1)]
    position = np.full(padded.size, -1, np.intp)
    position[at] = np.arange(len(at))
    target = position[best]
    while True:
        further = target[target]
        if np.array_equal(further, target):
            return places[target]
        target = further
