"""Outlines in boxes that are drawn loosely around masses, beside the ellipse that fills the same box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.evaluation.bootstrap import intervals
from napari_mammoseg.evaluation.overlap import Pixels, per_image
from napari_mammoseg.evaluation.score import Score, counted
from napari_mammoseg.evaluation.thresholds import Levels, total

Box = tuple[int, int, int, int]
LOOSE = 0.35
"""Sides of a box lie up to this share of the mass's extent outside it, each by its own chance."""
BOXES = 2
"""Boxes drawn around each mass."""
ELLIPSE = "the ellipse that fills the box"
MEASURES = ("dice", "iou", "g_mean", "sensitivity", "precision")


@dataclass(frozen=True, slots=True)
class BoxedMass:
    """One mass: for each kind of outline by its name, the pixels of each box drawn around the mass.

    levels: the probabilities of each box's pixels at every threshold.
    """

    patient: str
    outlines: Mapping[str, tuple[Pixels, ...]]
    levels: tuple[Levels, ...] = ()

    def cut_at(self, threshold: float, name: str) -> BoxedMass:
        """With the pixels at `threshold` or above as one more kind of outline."""
        return replace(self, outlines={**self.outlines, name: tuple(each.at(threshold) for each in self.levels)})


def loose_box(mask: NDArray[np.bool_], random: np.random.Generator) -> Box:
    """A half-open box around the mass of a mask (rows, columns), which holds all of it, as a person draws one."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    low, high = np.array([rows[0], columns[0]]), np.array([rows[-1] + 1, columns[-1] + 1])
    before, after = LOOSE * random.random((2, 2)) * (high - low)
    top, left = np.maximum(np.floor(low - before), 0).astype(int).tolist()
    bottom, right = np.minimum(np.ceil(high + after), mask.shape).astype(int).tolist()
    return top, left, bottom, right


def ellipse(rows: int, columns: int) -> NDArray[np.bool_]:
    """The pixels of the ellipse that fills a box of this size."""
    down, across = ((2 * np.arange(length) + 1) / length - 1 for length in (rows, columns))
    return np.asarray(np.hypot(down[:, None], across) <= 1)


def boxed_scores(masses: Sequence[BoxedMass], samples: int, seed: int) -> Iterator[Score]:
    """Each measure of each kind of outline: the mean over the masses of the mean over their boxes.

    After the outlines, the pixels at the thresholds that would have been best on these same masses, by IoU and G-mean.
    """
    if not masses:
        return
    if all(each.levels for each in masses):
        for by, threshold in total(box for each in masses for box in each.levels).chosen.items():
            masses = [
                each.cut_at(threshold, f"pixels at {threshold:.2f} or above: best by {by} on these same boxes")
                for each in masses
            ]
    patients = [each.patient for each in masses]
    names = list(masses[0].outlines)
    values = partial(_values, names)
    between = intervals(masses, patients, values, samples, seed=seed)
    rule = f"outlined in {BOXES} boxes, each side up to {LOOSE:.0%} of the mass's extent outside it"
    of = f"{counted(len(masses), 'mass', 'masses')}, {counted(len(set(patients)), 'patient')}"
    of_each = [(name, measure) for name in names for measure in MEASURES]
    for (name, measure), value, interval in zip(of_each, values(masses), between, strict=True):
        words = f"{name}; pixels of the box, mean over the masses of the mean over their boxes"
        yield Score(f"in a loose box: {measure}", value, rule, words, of, interval)


def _values(names: Sequence[str], masses: Sequence[BoxedMass]) -> list[float]:
    return [
        float(np.mean([per_image(each.outlines[name], measure) for each in masses]))
        for name in names
        for measure in MEASURES
    ]
