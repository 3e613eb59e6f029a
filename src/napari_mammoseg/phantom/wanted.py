"""Which lesions a phantom gets, as a person writes them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from napari_mammoseg.errors import InputError
from napari_mammoseg.phantom import calcifications, masses

Kind = Literal["mass", "cluster", "vascular"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FORMS: dict[str, tuple[str, ...]] = {
    "mass": masses.MARGINS,
    "cluster": calcifications.FORMS,
    "vascular": ("tram-track",),
}
SIZES_MM = {"mass": (6.0, 18.0), "cluster": (6.0, 16.0), "vascular": (15.0, 35.0)}
"""What is drawn where no size is given: a mass's diameter, a cluster's extent, the length of a calcified vessel."""
_LARGEST_MM = 80.0
MALIGNANT = ("spiculated", "pleomorphic", "linear")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One lesion to be planted: its kind, form (margin of a mass), size in mm, and how many calcifications."""

    kind: Kind
    form: str
    size_mm: float
    size_given: bool
    count: int

    @property
    def label(self) -> Literal["benign", "malignant"]:
        """What such a lesion most often is."""
        return "malignant" if self.form in MALIGNANT else "benign"


def wanted(text: str, rng: np.random.Generator) -> tuple[Wanted, ...]:
    """The lesions that `text` names; what it leaves open is drawn.

    `none`, `random` (a mass, a cluster, in a third of the cases a calcified vessel), or lesions parted by commas:
    KIND[:FORM[:MM[:COUNT]]], as in `mass:spiculated:12,cluster:linear:10:20,vascular`. Raises InputError.
    """
    if text == "none":
        return ()
    if text == "random":
        text = "mass,cluster" + (",vascular" if rng.uniform() < 1 / 3 else "")
    return tuple(_one(each.strip(), rng) for each in text.split(","))


def _one(text: str, rng: np.random.Generator) -> Wanted:
    kind, form, size, count, *rest = [*text.split(":"), "", "", ""]
    if kind not in KINDS or any(rest):
        raise InputError(
            f"--lesions {text}", "names no lesion", f"write KIND:FORM:MM:COUNT, KIND from {', '.join(KINDS)}"
        )
    drawn = str(rng.choice(FORMS[kind])), float(rng.uniform(*SIZES_MM[kind])), int(rng.integers(8, 26))
    if form and form not in FORMS[kind]:
        raise InputError(f"--lesions {text}", f"has no form '{form}'", f"choose from {', '.join(FORMS[kind])}")
    size_mm = _number(text, size, drawn[1], 1.0, _LARGEST_MM)
    return Wanted(kind, form or drawn[0], size_mm, bool(size), int(_number(text, count, drawn[2], 1, 500)))


def _number(lesion: str, text: str, default: float, low: float, high: float) -> float:
    try:
        value = float(text) if text else default
    except ValueError:
        value = np.nan
    if not low <= value <= high:
        raise InputError(f"--lesions {lesion}", f"has '{text}' for a number", f"give one of {low:g} to {high:g}")
    return value
