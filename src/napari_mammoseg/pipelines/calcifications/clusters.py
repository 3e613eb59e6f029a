"""Clusters of calcifications by a named rule: so many within such an area.

A cluster's score is the threshold at which the rule is first met: the score of the last calcification needed. So it
does not depend on the threshold, and at every threshold the rule holds for what is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree


@dataclass(frozen=True, slots=True)
class Rule:
    """`count` or more calcifications in a disc of `area_cm2`; those within `linkage_mm` of a member belong too."""

    count: int
    area_cm2: float
    linkage_mm: float

    def __str__(self) -> str:
        source = " (Valvano 2018, section 2.1)" if (self.count, self.area_cm2) == (6, 1.0) else ""
        linked = f", with those within {self.linkage_mm:g} mm of a member"
        return f"cluster: more than {self.count - 1} calcifications in {self.area_cm2:g} cm²{source}{linked}"

    @property
    def radius_mm(self) -> float:
        """Of the disc."""
        return float(np.sqrt(self.area_cm2 * 100 / np.pi))


@dataclass(frozen=True, slots=True)
class Cluster:
    """score: the rule's level; members: indices of calcifications."""

    score: float
    members: NDArray[np.intp]


def clusters(places_mm: NDArray[np.float64], scores: NDArray[np.float32], rule: Rule) -> list[Cluster]:
    """The clusters among calcifications at `places_mm` (n, 2) with `scores` in falling order.

    Discs are centred on calcifications. The disc that meets the rule at the highest level makes the first cluster;
    its members are what it holds and what links on at that level or above half of it, and so on with the rest.
    """
    if len(scores) < rule.count:
        return []
    tree = cKDTree(places_mm)
    near = [np.sort(each) for each in tree.query_ball_point(places_mm, rule.radius_mm)]
    levels = np.array([_level(scores, each, rule.count) for each in near])
    free = np.ones(len(scores), bool)
    found = []
    for start in np.argsort(-levels, kind="stable"):
        if levels[start] <= 0 or not free[near[start]].all():
            continue
        members = _linked(tree, scores, near[start], free, levels[start], rule.linkage_mm)
        free[members] = False
        found.append(Cluster(float(levels[start]), members))
    return found


def _level(scores: NDArray[np.float32], near: NDArray[np.intp], count: int) -> float:
    return float(scores[near[count - 1]]) if len(near) >= count else 0.0


def _linked(
    tree: cKDTree,
    scores: NDArray[np.float32],
    disc: NDArray[np.intp],
    free: NDArray[np.bool_],
    level: float,
    linkage_mm: float,
) -> NDArray[np.intp]:
    """The disc's calcifications and, step by step, free ones near a member whose score is half the level or more."""
    inside = np.zeros(len(scores), bool)
    allowed = free & (scores >= 0.5 * level)
    frontier = disc[allowed[disc]]
    while len(frontier):
        inside[frontier] = True
        reached = np.unique(np.concatenate(tree.query_ball_point(tree.data[frontier], linkage_mm))).astype(np.intp)
        frontier = reached[allowed[reached] & ~inside[reached]]
    return np.flatnonzero(inside)
