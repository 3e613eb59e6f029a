"""The kinds of findings: one row each. Everything that treats kinds differently reads it here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["calcification", "cluster", "mass", "region"]
LesionKind = Literal["mass", "calcification", "cluster", "other"]
"""What a lesion of a truth can be."""
CLASSES = ("normal", "benign", "malignant")
"""What a classifier may say of a place."""


@dataclass(frozen=True, slots=True)
class KindRow:
    """What holds for one kind of finding.

    boxed: whether it is drawn as a box. has_area: whether its pixels are labelled in the mask.
    code: the standard's word for it, as pydicom's code dictionary names it (CID 6014). colour: of its marks on the
    image. diameter: what `diameter_mm` means for it. measure: that, from the height and the width of its box in mm and
    its area in mm², which is None where only the box is known.
    """

    name: Kind
    plural: str
    boxed: bool
    has_area: bool
    code: str
    colour: str
    diameter: str
    measure: Callable[[float, float, float | None], float]


def longer_side(height: float, width: float, area: float | None = None) -> float:
    return max(height, width)


def diagonal(height: float, width: float, area: float | None = None) -> float:
    return math.hypot(height, width)


def disc(height: float, width: float, area: float | None = None) -> float:
    return longer_side(height, width) if area is None else math.sqrt(4 * area / math.pi)


def _table(*rows: KindRow) -> Mapping[Kind, KindRow]:
    return {row.name: row for row in rows}


KINDS = _table(
    KindRow(
        "calcification",
        "calcifications",
        boxed=False,
        has_area=True,
        code="SCT.IndividualCalcification",
        colour="#00e5ff",
        diameter="diameter of the disc with the same area",
        measure=disc,
    ),
    KindRow(
        "cluster",
        "clusters",
        boxed=True,
        has_area=False,
        code="SCT.CalcificationCluster",
        colour="#ffd54f",
        diameter="diagonal of the box around its calcifications",
        measure=diagonal,
    ),
    KindRow(
        "mass",
        "masses",
        boxed=True,
        has_area=True,
        code="SCT.MammographicBreastMass",
        colour="#ffd54f",
        diameter="longer side of the box, which is the one around the outline where there is one",
        measure=longer_side,
    ),
    KindRow(
        "region",
        "regions",
        boxed=True,
        has_area=False,
        code="DCM.SelectedRegion",
        colour="#ffd54f",
        diameter="longer side of the box",
        measure=longer_side,
    ),
)
LESION_KINDS: tuple[LesionKind, ...] = ("mass", "calcification", "cluster", "other")
BOXED = tuple(row.name for row in KINDS.values() if row.boxed)
WITH_AREA = tuple(row.name for row in KINDS.values() if row.has_area)


def counted(plural: str, count: int) -> str:
    """How many there are of a kind, in words: `1 mass`, `2 masses`."""
    singular = {row.plural: row.name for row in KINDS.values()}
    return f"{count} {singular.get(plural, plural) if count == 1 else plural}"
