"""INbreast with the radiologist's own annotation (`inbreast_rois.json`): single calcifications and outlined masses.

`{image: [[name, [[row, column], …]], …]}` in the pixels of `inbreast/`. Every lesion was annotated: an image that is
not in the file has none. A calcification too small to outline is one point; clusters and spiculated regions are
ellipses, drawn generously. In 20587054 and 20587080 only the clusters are given.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.data_sets import inbreast
from napari_mammoseg.data_sets.sample import Sample
from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Lesion, Mammogram

FILE = "inbreast_rois.json"
_KINDS: dict[str, Literal["mass", "calcification", "cluster", "other"]] = {
    "Mass": "mass",
    "Calcification": "calcification",
    "Cluster": "cluster",
}
"""Everything else that was drawn is "other"."""

Regions = Sequence[tuple[str, Sequence[Sequence[float]]]]


def films(folder: Path) -> list[Sample]:
    """All 187 images: 2,426 single calcifications on 139 of them, 46 images without any."""
    marks = _marks(folder)
    return [_sample(each, marks.get(each.name, ())) for each in inbreast.films(folder)]


def films_with_masses(folder: Path) -> list[Sample]:
    """The 53 images with a mass; 54 masses are outlined on them."""
    marks = _marks(folder)
    names = {image for image, regions in marks.items() if any(name == "Mass" for name, _ in regions)}
    return [_sample(each, marks[each.name]) for each in inbreast.films(folder) if each.name in names]


def _marks(folder: Path) -> dict[str, Regions]:
    path = folder / FILE
    if not path.is_file():
        raise InputError(path, "is not there", f"give the folder that holds it (looked in {folder.name}/)")
    marks: dict[str, Regions] = json.loads(path.read_text("utf-8"))
    return marks


def _sample(film: Sample, regions: Regions) -> Sample:
    return Sample(film.name, film.patient, partial(_marked, film, regions))


def _marked(film: Sample, regions: Regions) -> Mammogram:
    image = film.read()
    boxed = [each for each in image.truth or () if each.kind == "mass"]
    return replace(image, truth=tuple(_lesion(name, np.array(points), boxed) for name, points in regions))


def _lesion(name: str, points: NDArray[np.float64], boxed: Sequence[Lesion]) -> Lesion:
    """The lesion as it was drawn; a mass has the label of the box that its middle lies in."""
    kind = _KINDS.get(name, "other")
    label = _label(points.mean(axis=0), boxed) if kind == "mass" else None
    place: dict[str, Any] = {"contour": points} if len(points) > 2 else {"point": tuple(points.mean(axis=0).tolist())}
    return Lesion(kind, label, attributes={"name": name}, **place)


def _label(middle: NDArray[np.float64], boxed: Sequence[Lesion]) -> Literal["benign", "malignant", "normal"] | None:
    for each in boxed:
        if each.box is not None and (middle >= each.box[:2]).all() and (middle <= each.box[2:]).all():
            return each.label
    return None
