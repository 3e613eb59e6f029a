"""The research images as a calcification network is trained on them, read once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from napari_mammoseg.data_sets import samples
from napari_mammoseg.data_sets.held_out import patients_held_out
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.training.calcifications.search import Search
from napari_mammoseg.training.calcifications.windows import Region, Tissue

FOOLED_AT = 60
"""Places of a normal image that are shown again."""
SUSPECTED, SUSPICION = 3, 0.3
"""Places of an image with undrawn calcifications that are taken for some, and the lowest score that is."""
SUSPECTED_MM = 0.8
"""How far such a place reaches from its middle."""


@dataclass(frozen=True, slots=True)
class Material:
    """held_out: the patients who do not train. tissue: free of calcifications, by sort (digital, film, fine film
    fields). Patches are whole pictures; places are boxes and circles around clusters; suspected is where a first
    network sees calcifications in images that have some somewhere; unseen patches are those of the patients held out.
    """

    held_out: frozenset[str]
    tissue: Sequence[Sequence[Tissue]]
    calcified_patches: Sequence[Region]
    free_patches: Sequence[Region]
    places: Sequence[Region]
    suspected: Sequence[Region]
    unseen_patches: Sequence[Region]


def material(folder: Path, split: Split, first: Search | None = None) -> Material:
    """Everything in `folder` of the patients that train. Raises InputError where a data set is missing.

    first: a network of an earlier training, whose errors on normal tissue are shown again, and which says where the
    calcifications of images with undrawn ones may be.
    """
    out = patients_held_out("calcifications", folder, split)

    def trains(patient: str) -> bool:
        return patient not in out

    def read(name: str, wanted: Callable[[Mammogram], bool]) -> Iterator[Mammogram]:
        return _read(folder, name, trains, wanted)

    patches = [_patch(each) for each in read("infn-calcifications", _any)]
    marked = [image for name in ("inbreast", "mias") for image in read(name, _has_place)]
    return Material(
        out,
        normal_tissue(folder, trains, first),
        [each for each in patches if each.calcified],
        [each for each in patches if not each.calcified],
        [region for image in marked for region in _places(image)],
        [] if first is None else [each for image in read("inbreast", _calcified) for each in _suspected(image, first)],
        [_patch(each.read()) for each in samples("infn-calcifications", folder) if each.patient in out],
    )


def normal_tissue(folder: Path, wanted: Callable[[str], bool], first: Search | None = None) -> list[list[Tissue]]:
    """Images free of calcifications of the patients that are `wanted`: digital, film, fine film fields."""

    def read(name: str, fits: Callable[[Mammogram], bool]) -> Iterator[Mammogram]:
        return _read(folder, name, wanted, fits)

    return [
        [_tissue(each, first) for each in read("inbreast", _free)],
        [_tissue(each, first, finer=0.45) for each in read("mias", lambda image: image.truth == ())],
        [_tissue(each, None, finer=0.8, blur=(0.5, 1.8), dust=True, sure=False) for each in read("infn-masses", _any)],
    ]


def _read(
    folder: Path, name: str, patients: Callable[[str], bool], images: Callable[[Mammogram], bool]
) -> Iterator[Mammogram]:
    kept = (each for each in samples(name, folder) if patients(each.patient))
    return (image for image in (each.read() for each in kept) if images(image))


def _any(image: Mammogram) -> bool:
    return True


def _free(image: Mammogram) -> bool:
    """No calcification is said to be in it, and none is boxed."""
    return not image.properties["calcifications"] and all(each.kind in ("mass", "other") for each in image.truth or ())


def _calcified(image: Mammogram) -> bool:
    return bool(image.properties["calcifications"])


def _has_place(image: Mammogram) -> bool:
    return any(each.kind in ("cluster", "calcification") and (each.box or each.circle) for each in image.truth or ())


def _patch(image: Mammogram) -> Region:
    return Region.whole(image, bool(image.truth))


def _tissue(image: Mammogram, first: Search | None, **facts: Any) -> Tissue:
    assert image.spacing is not None
    fooled_at = None if first is None else first(image).best(FOOLED_AT)
    return Tissue(np.round(image.pixels * 255).astype(np.uint8), image.spacing[0], fooled_at=fooled_at, **facts)


def _places(image: Mammogram) -> list[Region]:
    """The marked places that lie on the breast (a few circles of mini-MIAS do not)."""
    marked = [each for each in image.truth or () if each.kind in ("cluster", "calcification")]
    regions = Region.around(image, [box for each in marked if (box := _box(each)) is not None])
    return [each for each in regions if each.meant.any() and (each.contrast[each.meant] != 0).mean() > 0.5]


def _box(lesion: Lesion) -> tuple[float, float, float, float] | None:
    if lesion.circle is None:
        return lesion.box
    row, column, radius = lesion.circle
    return row - radius, column - radius, row + radius, column + radius


def _suspected(image: Mammogram, first: Search) -> list[Region]:
    """Where the first network is surest."""
    assert image.spacing is not None
    reach = SUSPECTED_MM / image.spacing[0]
    places = first(image).best(SUSPECTED, SUSPICION)
    boxes = [(row - reach, column - reach, row + reach, column + reach) for row, column in places]
    return Region.around(image, boxes, clustered=False)
