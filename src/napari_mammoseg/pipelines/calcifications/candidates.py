"""From a map of evidence to single calcifications: every peak with the pixels that belong to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.geometry.windows import Slices

SMOOTHING_PX = 0.6
EDGE = 0.5
"""A calcification ends where its probability falls to this part of its peak (the full width at half maximum)."""

PASS = 0.85
"""Two peaks are one calcification where the way between them stays above this part of the lower one."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Peaks in falling order of score.

    labels: int32 (rows, columns), candidate i (from 0) carries i + 1. scores, rows, columns: one value a candidate;
    rows and columns are the peaks' pixels. windows: part of the image that holds all of a candidate's pixels.
    """

    labels: NDArray[np.int32]
    scores: NDArray[np.float32]
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    windows: Sequence[Slices]

    def on_grid(
        self, shape: tuple[int, int], corner: tuple[int, int] = (0, 0), whole: tuple[int, int] | None = None
    ) -> Candidates:
        """The same on another grid. One smaller than a pixel keeps the pixel it lies in; of two that share their last
        pixel the better one stays.

        shape: of the other grid, which covers the same rectangle as the grid of shape `whole` (by default this one), of
        which this one is the part that begins at `corner`.
        """
        whole = whole or (self.labels.shape[0], self.labels.shape[1])
        sides = list(zip(shape, whole, corner, strict=True))
        index = [((np.arange(n) + 0.5) * m / n).astype(np.intp) - first for n, m, first in sides]
        rows, columns = (
            ((each + first + 0.5) * n / m).astype(np.intp)
            for each, (n, m, first) in zip((self.rows, self.columns), sides, strict=True)
        )
        labels = np.zeros(shape, np.int32)
        windows = []
        for number, (window, row, column) in enumerate(zip(self.windows, rows, columns, strict=True), start=1):
            spans = [np.searchsorted(own, (each.start, each.stop)) for own, each in zip(index, window, strict=True)]
            there = slice(*spans[0]), slice(*spans[1])
            mine = self.labels[index[0][there[0], np.newaxis], index[1][there[1]]] == number
            labels[there][mine & (labels[there] == 0)] = number
            windows.append((_holding(there[0], row), _holding(there[1], column)))
        labels[rows[::-1], columns[::-1]] = np.arange(len(rows), 0, -1)
        return Candidates(labels, self.scores, rows, columns, windows)._only_those_with_pixels()

    def rescored(self, scores: NDArray[np.float32], floor: float) -> Candidates:
        """The same with other scores (n,), in their order, without those below `floor`."""
        order = np.argsort(-scores, kind="stable")
        order = order[scores[order] >= floor]
        rank = np.zeros(len(scores) + 1, np.int32)
        rank[order + 1] = np.arange(1, len(order) + 1)
        windows = [self.windows[int(each)] for each in order]
        return Candidates(rank[self.labels], scores[order], self.rows[order], self.columns[order], windows)

    def _only_those_with_pixels(self) -> Candidates:
        kept = np.flatnonzero(self.labels[self.rows, self.columns] == np.arange(1, len(self.rows) + 1))
        if len(kept) == len(self.rows):
            return self
        renumbered = np.zeros(len(self.rows) + 1, np.int32)
        renumbered[kept + 1] = np.arange(1, len(kept) + 1)
        windows = [self.windows[int(each)] for each in kept]
        return Candidates(renumbered[self.labels], self.scores[kept], self.rows[kept], self.columns[kept], windows)


def _holding(span: slice, index: int) -> slice:
    """The span, made longer if need be so that it holds the index."""
    return (
        slice(min(span.start, index), max(span.stop, index + 1)) if span.stop > span.start else slice(index, index + 1)
    )


def candidates(
    probability: NDArray[np.float32], floor: float, limit: int, outline: NDArray[np.float32] | None = None
) -> Candidates:
    """The peaks of `probability` (rows, columns) at or above `floor`, the best `limit` of them.

    Each pixel above half of `floor` climbs to its highest neighbour until it stands on a peak; peaks with no valley
    between them are one. A pixel belongs to its peak if it has at least half of what that has in `outline` (0…1; by
    default `probability` itself).
    """
    smooth = ndimage.gaussian_filter(probability, SMOOTHING_PX)
    places = np.flatnonzero(smooth >= EDGE * floor)
    if not len(places):
        return _none(probability.shape)
    own = (probability if outline is None else outline).ravel()
    tops, member = np.unique(_climb(smooth, places), return_inverse=True)
    group = _joined(own, places, member, len(tops), probability.shape)[member]
    order, scores, peaks = _best(probability.ravel()[places], own[places], group)
    order = order[scores[order] >= floor][:limit]
    rank = np.zeros(len(scores), np.int32)
    rank[order] = np.arange(1, len(order) + 1)
    labels = np.zeros(probability.size, np.int32)
    labels[places] = np.where(own[places] >= EDGE * own[places[peaks]][group], rank[group], 0)
    summits = places[peaks[order]]
    labels[summits] = np.arange(1, len(order) + 1)
    rows, columns = np.unravel_index(summits, probability.shape)
    image = labels.reshape(probability.shape)
    return Candidates(image, scores[order], rows, columns, ndimage.find_objects(image, len(order)))


def _none(shape: tuple[int, ...]) -> Candidates:
    nowhere = np.empty(0, np.intp)
    return Candidates(np.zeros(shape, np.int32), np.empty(0, np.float32), nowhere, nowhere, [])


def _best(
    scores: NDArray[np.float32], own: NDArray[np.float32], group: NDArray[np.int32]
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.intp]]:
    """The groups in falling order of their best score, those scores, and where in the list each group's summit is."""
    by_height = np.lexsort((-own, group))
    summits = by_height[np.unique(group[by_height], return_index=True)[1]]
    best = np.zeros(len(summits), np.float32)
    np.maximum.at(best, group, scores)
    return np.argsort(-best, kind="stable"), best, summits


def _joined(
    own: NDArray[np.float32], places: NDArray[np.intp], member: NDArray[np.intp], count: int, shape: tuple[int, ...]
) -> NDArray[np.int32]:
    """For each peak the number of its group: neighbours are joined where the pass between them is nearly as high."""
    top = np.zeros(count, np.float32)
    np.maximum.at(top, member, own[places])
    basin = np.zeros(own.size + shape[1] + 2, np.int32)  # from 1; 0 outside
    basin[places] = member + 1
    ones, others = [], []
    for down, right in ((0, 1), (1, -1), (1, 0), (1, 1)):
        step = down * shape[1] + right
        beside = (places % shape[1] + right >= 0) & (places % shape[1] + right < shape[1])
        there = basin[places + step]
        meet = np.flatnonzero(beside & (there > 0) & (there != member + 1))
        first, second = member[meet], there[meet] - 1
        passed = np.minimum(own[places[meet]], own[places[meet] + step])
        high = passed >= PASS * np.minimum(top[first], top[second])
        ones.append(first[high])
        others.append(second[high])
    return _components(np.concatenate(ones), np.concatenate(others), count)


def _components(ones: NDArray[np.intp], others: NDArray[np.intp], count: int) -> NDArray[np.int32]:
    """For each of `count` things the number of its group, where `ones` belong with `others`.

    As scipy.sparse.csgraph.connected_components, which takes longer to load than an image's peaks to join.
    """
    lowest = np.arange(count)
    while True:
        low = np.minimum(lowest[ones], lowest[others])
        lower = lowest.copy()
        np.minimum.at(lower, lowest[ones], low)
        np.minimum.at(lower, lowest[others], low)
        lower = lower[lower]
        if np.array_equal(lower, lowest):
            return np.unique(lowest, return_inverse=True)[1].astype(np.int32)
        lowest = lower


def _climb(values: NDArray[np.float32], places: NDArray[np.intp]) -> NDArray[np.intp]:
    """For each of the flat indices `places` the flat index of the peak that steepest ascent leads to."""
    columns = values.shape[1]
    padded = np.pad(values, 1, constant_values=-np.inf).ravel()
    width = columns + 2
    steps = np.array([0, -width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1])
    at = (places // columns + 1) * width + places % columns + 1
    around = padded[at[:, None] + steps]
    best = at + steps[np.argmax(around, axis=1)]
    position = np.empty(padded.size, np.int32)  # a highest neighbour is among `places`: no other is looked up
    position[at] = np.arange(len(at))
    target: NDArray[np.intp] = position[best].astype(np.intp)
    while True:
        further = target[target]
        if np.array_equal(further, target):
            return places[target]
        target = further
