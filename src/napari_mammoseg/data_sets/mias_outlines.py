"""mini-MIAS films whose masses somebody outlined (`mias_outlines/`, `mias_outlines.csv`).

37 outlines on 35 films, from a student repository without a word on who drew them: most are good, some edges jagged.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mammoseg.data_sets import mias
from napari_mammoseg.data_sets.sample import Sample, table
from napari_mammoseg.mammogram import Lesion, Mammogram

FOLDER = "mias_outlines"


def films(folder: Path) -> list[Sample]:
    """The films with an outline. A listed mass that nobody outlined is "other"."""
    outlines = defaultdict(list)
    for row in table(folder / f"{FOLDER}.csv"):
        outlines[row["image"]].append(folder / FOLDER / f"{row['mask']}.png")
    found = [each for each in mias.films(folder) if each.name.lower() in outlines]
    return [Sample(each.name, each.patient, partial(_outlined, each, outlines[each.name.lower()])) for each in found]


def _outlined(film: Sample, paths: Sequence[Path]) -> Mammogram:
    image = film.read()
    listed = image.truth or ()
    masses = [_mass(_mask(path), listed) for path in paths]
    others = [_without_outline(each) for each in listed if not any(_is_middle_in(each, mass.mask) for mass in masses)]
    return replace(image, truth=(*masses, *others))


def _mask(path: Path) -> NDArray[np.bool_]:
    with Image.open(path) as picture:
        return np.asarray(picture) > 0


def _mass(mask: NDArray[np.bool_], listed: Sequence[Lesion]) -> Lesion:
    """The outlined mass, with label and class of the listed one whose middle it covers."""
    same = [each for each in listed if each.kind == "mass" and _is_middle_in(each, mask)]
    if not same:
        return Lesion("mass", mask=mask)
    return Lesion("mass", same[0].label, mask=mask, attributes=same[0].attributes)


def _is_middle_in(lesion: Lesion, mask: NDArray[np.bool_] | None) -> bool:
    if lesion.circle is None or mask is None:
        return False
    row, column = (min(round(each), mask.shape[0] - 1) for each in lesion.circle[:2])
    return bool(mask[row, column])


def _without_outline(lesion: Lesion) -> Lesion:
    return replace(lesion, kind="other") if lesion.kind == "mass" else lesion
