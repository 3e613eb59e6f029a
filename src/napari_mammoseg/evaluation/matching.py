"""Which mark hits which lesion: rules by name, with one or many marks per lesion.

Several marks on one lesion count as one hit and no false positive. Under a one-to-one rule marks choose their lesion in
the order of their scores, and every further mark on it is a false positive.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Findings
from napari_mammoseg.geometry import boxes as box_geometry
from napari_mammoseg.geometry.regions import Region
from napari_mammoseg.kinds import Kind
from napari_mammoseg.mammogram import Spacing

Pairs = NDArray[np.float64]
"""(marks, lesions): how well a mark fits a lesion; above 0 where it hits."""


@dataclass(frozen=True, slots=True)
class FoundMarks:
    """What a system drew on one image: boxes (n, 4), centres (n, 2), scores (n,); labels and ids of its areas."""

    boxes: NDArray[np.float64]
    centres: NDArray[np.float64]
    scores: NDArray[np.float64]
    labels: NDArray[np.uint16] | None = None
    ids: NDArray[np.intp] | None = None

    def __len__(self) -> int:
        return len(self.scores)

    @classmethod
    def of_boxes(cls, boxes: ArrayLike, scores: ArrayLike) -> FoundMarks:
        """Marks from plain boxes and scores."""
        boxes = box_geometry.as_boxes(boxes)
        return cls(boxes, box_geometry.centres(boxes), np.asarray(scores, np.float64).reshape(-1))

    @classmethod
    def of_points(cls, points: ArrayLike, scores: ArrayLike) -> FoundMarks:
        """Marks from plain points (rows, columns) and scores."""
        points = np.asarray(points, np.float64).reshape(-1, 2)
        return cls(np.hstack([points, points + 1]), points, np.asarray(scores, np.float64).reshape(-1))

    @classmethod
    def of(cls, findings: Findings, *kinds: Kind) -> FoundMarks:
        """The findings of these kinds; their areas too where the result holds a mask."""
        chosen = findings.of_kind(*kinds)
        return cls(
            box_geometry.as_boxes([each.box for each in chosen]),
            np.asarray([each.centroid for each in chosen], np.float64).reshape(-1, 2),
            np.asarray([each.score for each in chosen], np.float64),
            findings.mask,
            np.asarray([each.id for each in chosen], np.intp),
        )


@dataclass(frozen=True, slots=True)
class Rule:
    """A matching rule by name, and in the words that stand beside every number it gives.

    in_mm: whether it measures distances, and needs a spacing.
    pairs(marks, lesions, spacing): (marks, lesions), above 0 where the mark hits the lesion, larger = better.
    """

    name: str
    words: str
    pairs: Callable[[FoundMarks, Sequence[Region], Spacing | None], Pairs]
    one_to_one: bool = False
    in_mm: bool = False


@dataclass(frozen=True, slots=True)
class Matched:
    """One image's marks compared with its truth.

    found_at: highest score of a mark that hits the lesion, -inf where none does (lesions,).
    false: scores of the marks that hit nothing. hit: which lesion each mark hit, -1 for none (marks,).
    wrong: which marks `false` speaks of (marks,).
    """

    found_at: NDArray[np.float64]
    false: NDArray[np.float64]
    hit: NDArray[np.intp]
    wrong: NDArray[np.bool_]


def match(
    marks: FoundMarks,
    truth: Sequence[Region],
    rule: Rule,
    spacing: Spacing | None = None,
    ignored: Sequence[Region] = (),
) -> Matched:
    """Compares marks with the truth by `rule`. Marks that only hit `ignored` lesions are neither right nor false.

    Raises InputError where the rule is in mm and the spacing unknown.
    """
    pairs = rule.pairs(marks, truth, spacing)
    hit, found_at = (_one_to_one if rule.one_to_one else _several)(marks.scores, pairs)
    neither = (rule.pairs(marks, ignored, spacing) > 0).any(axis=1) if ignored else np.zeros(len(marks), bool)
    wrong = (hit < 0) & ~neither
    return Matched(found_at, marks.scores[wrong], hit, wrong)


def _several(scores: NDArray[np.float64], pairs: Pairs) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    if not pairs.size:
        return np.full(pairs.shape[0], -1, np.intp), np.full(pairs.shape[1], -np.inf)
    hits = pairs > 0
    found_at = np.where(hits, scores[:, None], -np.inf).max(axis=0)
    return np.where(hits.any(axis=1), pairs.argmax(axis=1), -1), found_at


def _one_to_one(scores: NDArray[np.float64], pairs: Pairs) -> tuple[NDArray[np.intp], NDArray[np.float64]]:
    hit, found_at = np.full(pairs.shape[0], -1, np.intp), np.full(pairs.shape[1], -np.inf)
    if not pairs.size:
        return hit, found_at
    for mark in np.argsort(-scores, kind="stable"):
        free = np.where(np.isneginf(found_at), pairs[mark], 0)
        lesion = int(free.argmax())
        if free[lesion] > 0:
            hit[mark], found_at[lesion] = lesion, scores[mark]
    return hit, found_at


def _truth_boxes(truth: Sequence[Region]) -> NDArray[np.float64]:
    return box_geometry.as_boxes([each.box for each in truth])


def _truth_centres(truth: Sequence[Region]) -> NDArray[np.float64]:
    return np.asarray([each.centre for each in truth], np.float64).reshape(-1, 2)


def _held(truth: Sequence[Region], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which point (n) lies in which lesion (m): (n, m)."""
    held = [each.holds(points) for each in truth]
    return np.stack(held, axis=1) if held else np.zeros((len(points), 0), bool)


def iou_at_least(lowest: float) -> Rule:
    """The mark's box and the lesion's box have an IoU of at least `lowest`."""

    def pairs(marks: FoundMarks, truth: Sequence[Region], spacing: Spacing | None) -> Pairs:
        overlap = box_geometry.iou(marks.boxes, _truth_boxes(truth))
        return np.where(overlap >= lowest, overlap, 0)

    return Rule(f"iou-{lowest:g}", f"IoU of the boxes at least {lowest:g}", pairs)


def _centre(marks: FoundMarks, truth: Sequence[Region], spacing: Spacing | None) -> Pairs:
    inside = _held(truth, box_geometry.centres(marks.boxes))
    around = box_geometry.contains(marks.boxes, _truth_centres(truth))
    lesion = np.asarray([each.area for each in truth], np.float64)
    fits = (lesion == 0) | (box_geometry.areas(marks.boxes)[:, None] <= 6 * lesion)
    overlap = box_geometry.iou(marks.boxes, _truth_boxes(truth))
    return np.where((inside | around) & fits, 1 + overlap, 0)


CENTRE = Rule(
    "centre",
    "the box's centre lies in the lesion or the lesion's centre in the box; a box of more than six times the lesion's "
    "area hits nothing (points excepted)",
    _centre,
)


def covered_at_least(lowest: float) -> Rule:
    """The mark covers at least this share of the lesion's pixels, with its area where it has one, else with its box."""

    def pairs(marks: FoundMarks, truth: Sequence[Region], spacing: Spacing | None) -> Pairs:
        shares = np.zeros((len(marks), len(truth)))
        for column, lesion in enumerate(truth):
            shares[:, column] = _shares(marks, lesion)
        return np.where(shares >= lowest, shares, 0)

    return Rule(f"covered-{lowest:g}", f"the mark covers at least {lowest:.0%} of the lesion's pixels", pairs)


def _shares(marks: FoundMarks, lesion: Region) -> NDArray[np.float64]:
    """The share of the lesion's pixels that each mark covers."""
    row0, column0, window = lesion.pixels()
    if marks.labels is None or marks.ids is None:
        places = np.argwhere(window) + np.array([row0, column0])
        return np.asarray(box_geometry.contains(marks.boxes, places).sum(axis=1) / len(places))
    under = np.bincount(lesion.values(marks.labels), minlength=int(marks.ids.max(initial=0)) + 1)
    return np.asarray(under[marks.ids] / np.count_nonzero(window))


def _cluster(marks: FoundMarks, truth: Sequence[Region], spacing: Spacing | None) -> Pairs:
    overlap = box_geometry.iou(marks.boxes, _truth_boxes(truth))
    return np.where(_held(truth, marks.centres) | (overlap >= 0.2), 1 + overlap, 0)


CLUSTER = Rule("cluster", "the mark's centroid lies in the lesion, or the IoU of their boxes is at least 0.2", _cluster)


def points_within(distance_mm: float) -> Rule:
    """One mark, one lesion, centres at most `distance_mm` apart; marks choose by score, the nearest lesion first."""

    def pairs(marks: FoundMarks, truth: Sequence[Region], spacing: Spacing | None) -> Pairs:
        if spacing is None:
            raise InputError("matching of points", "needs millimetres", "give the pixel spacing with --spacing, in mm")
        apart = (marks.centres[:, None] - _truth_centres(truth)[None]) * spacing
        distance = np.hypot(apart[..., 0], apart[..., 1])
        return np.where(distance <= distance_mm, 1 + distance_mm - distance, 0)

    return Rule(
        f"point-{distance_mm:g}mm",
        f"one mark to one lesion, centres at most {distance_mm:g} mm apart, by falling score, the nearest lesion first",
        pairs,
        one_to_one=True,
        in_mm=True,
    )


RULES = {
    each.name: each
    for each in (
        iou_at_least(0.5),
        iou_at_least(0.2),
        CENTRE,
        covered_at_least(0.1),
        CLUSTER,
        points_within(0.5),
        points_within(1.0),
    )
}


def rule(name: str) -> Rule:
    """The rule called `name`. Raises InputError if there is none."""
    if name not in RULES:
        raise InputError(f"matching rule {name}", "does not exist", f"choose from {', '.join(RULES)}")
    return RULES[name]
