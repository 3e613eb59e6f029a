"""What each pipeline is scored for: which findings against which lesions, by which rule, over which denominators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from napari_mammoseg.evaluation.froc import PER_AREA, RATES, Denominator
from napari_mammoseg.findings import Kind

PER_IMAGE = RATES
PER_CM2 = (0.1, 0.2, 0.4, 1.0, 2.0, 4.0)


@dataclass(frozen=True, slots=True)
class Target:
    """One thing to find. An image whose truth is of the `family` but not of the `lesions` says nothing about it.

    found: kinds of findings; lesions: kinds of the truth; rule: the matching rule's name; boxes: average precision.
    """

    name: str
    found: tuple[Kind, ...]
    lesions: tuple[str, ...]
    family: tuple[str, ...]
    rule: str
    denominators: tuple[Denominator, ...]
    boxes: bool = False

    def rates(self, denominator: Denominator) -> tuple[float, ...]:
        return PER_CM2 if denominator in PER_AREA else PER_IMAGE


_CALCIFIED = ("calcification", "cluster")
TARGETS: Mapping[str, tuple[Target, ...]] = {
    "masses": (Target("masses", ("mass",), ("mass",), ("mass",), "centre", ("images", "free-images"), boxes=True),),
    "segment": (
        Target("masses", ("mass",), ("mass",), ("mass",), "covered-0.1", ("free-images", "images"), boxes=True),
    ),
    "calcifications": (
        Target(
            "clusters", ("cluster",), ("cluster",), _CALCIFIED, "cluster", ("images", "free-images", "normal-images")
        ),
        Target(
            "calcifications",
            ("calcification",),
            ("calcification",),
            _CALCIFIED,
            "point-0.5mm",
            ("cm2", "free-cm2", "images"),
        ),
    ),
    "classify": (),
}


def family(pipeline: str) -> tuple[str, ...]:
    """The kinds of lesions that make an image positive for a pipeline."""
    return tuple(dict.fromkeys(kind for target in TARGETS[pipeline] for kind in target.family)) or ("mass", *_CALCIFIED)
