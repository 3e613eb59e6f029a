"""One image's outlines compared with those of its truth: how far apart they are, and which mask is which lesion's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.evaluation.average_precision import METHODS, Judged, judged
from napari_mammoseg.evaluation.matching import FoundMarks, Matched
from napari_mammoseg.evaluation.surface import Distances
from napari_mammoseg.geometry.regions import Region
from napari_mammoseg.mammogram import Spacing

METHOD = "AP[.50:.05:.95]"


@dataclass(frozen=True, slots=True)
class OutlineReading:
    """apart: (n, 3), for each found lesion its best mark's score, and the 95 % Hausdorff and the mean distance in mm of
    the outlines of the two; empty where the spacing is unknown. hits: the masks at each IoU of METHOD.
    """

    apart: NDArray[np.float64]
    hits: tuple[Judged, ...]


def read_outlines(
    marks: FoundMarks, truth: Sequence[Region], matched: Matched, spacing: Spacing | None
) -> OutlineReading | None:
    """None where the result has no labels. truth: lesions of known outline."""
    if marks.labels is None or marks.ids is None:
        return None
    overlap = mask_overlap(marks.labels, marks.ids, truth)
    hits = tuple(judged(marks.scores, overlap, lowest) for lowest in METHODS[METHOD].ious)
    apart = [] if spacing is None else _apart(marks.labels, marks, truth, matched, spacing)
    return OutlineReading(np.array(apart, np.float64).reshape(-1, 3), hits)


def mask_overlap(labels: NDArray[np.uint16], ids: NDArray[np.intp], truth: Sequence[Region]) -> NDArray[np.float64]:
    """IoU of the pixels of each label in `ids` with each lesion: (ids, lesions)."""
    count = int(ids.max(initial=0)) + 1
    sizes = np.bincount(labels.ravel(), minlength=count)[ids]
    overlap = np.zeros((len(ids), len(truth)))
    for number, where in enumerate(truth):
        under = where.values(labels)
        both = np.bincount(under, minlength=count)[ids]
        overlap[:, number] = both / np.maximum(sizes + under.size - both, 1)
    return overlap


def _apart(
    labels: NDArray[np.uint16], marks: FoundMarks, truth: Sequence[Region], matched: Matched, spacing: Spacing
) -> list[tuple[float, float, float]]:
    found = []
    for number, where in enumerate(truth):
        on_it = np.flatnonzero(matched.hit == number)
        if on_it.size:
            best = on_it[marks.scores[on_it].argmax()]
            distances = _between(labels, int(marks.ids[best]), marks.boxes[best], where, spacing)  # type: ignore[index]
            found.append((float(marks.scores[best]), distances.hausdorff95_mm, distances.mean_mm))
    return found


def _between(
    labels: NDArray[np.uint16], id: int, box: NDArray[np.float64], where: Region, spacing: Spacing
) -> Distances:
    """Of one label and one lesion, on the part of the image that holds both."""
    top, left, drawn = where.pixels()
    ends = max(top + drawn.shape[0], int(box[2])), max(left + drawn.shape[1], int(box[3]))
    start = min(top, int(box[0])), min(left, int(box[1]))
    marked, truth = (np.zeros((ends[0] - start[0], ends[1] - start[1]), bool) for _ in range(2))
    truth[top - start[0] :, left - start[1] :][: drawn.shape[0], : drawn.shape[1]] = drawn
    rows, columns = slice(int(box[0]), int(box[2])), slice(int(box[1]), int(box[3]))
    there = slice(rows.start - start[0], rows.stop - start[0]), slice(columns.start - start[1], columns.stop - start[1])
    marked[there] = labels[rows, columns] == id
    return Distances.of(marked, truth, spacing)
