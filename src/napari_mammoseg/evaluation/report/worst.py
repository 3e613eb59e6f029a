"""Which lesions and marks a person should look at first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from napari_mammoseg.evaluation.case import Case, Place


@dataclass(frozen=True, slots=True)
class Seen:
    """A place on an image."""

    case: Case
    place: Place

    @property
    def caption(self) -> str:
        score = f"score {self.place.score:.3f}" if math.isfinite(self.place.score) else "never found"
        return f"{self.case.name}: {self.place.words}, {score}"


def worst_misses(cases: Sequence[Case], target: str, count: int) -> list[Seen]:
    """The lesions found at the lowest scores, those never found first."""
    lesions = [Seen(case, place) for case in cases for place in case.lesions.get(target, ())]
    return sorted(lesions, key=lambda each: each.place.score)[:count]


def worst_alarms(cases: Sequence[Case], target: str, count: int) -> list[Seen]:
    """The false marks of the highest scores."""
    alarms = [Seen(case, place) for case in cases for place in case.alarms.get(target, ())]
    return sorted(alarms, key=lambda each: -each.place.score)[:count]
