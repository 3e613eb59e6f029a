"""Squares of lesions and of healthy tissue at the lesion's own scale: what trainings of synthesis see."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from skimage.draw import ellipse

from napari_mammoseg.data_sets import Sample
from napari_mammoseg.data_sets.table import data_set
from napari_mammoseg.geometry.regions import fill, region
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.synthesis.places import Places, healthy_tissue
from napari_mammoseg.tissue.cutout import cut_out

SIDE = 160
"""Pixels of a square's side."""
REACH = 3.2
"""A square's side in units of the longer side of the lesion's box."""
LARGEST_MM = 40.0
"""Larger lesions are left out: they fill the breast."""
FINEST = 20
"""The longer side of a lesion's box has at least so many pixels of the image."""
SETS = {"inbreast-outlines": None, "mias": None, "infn-outlines": None, "cbis-mass-films": 600}
"""Where lesions come from, and how many images at most."""
HEALTHY = {"inbreast": (187, 4), "mias": (200, 2), "infn-outlines": (129, 1), "cbis-mass-films": (300, 1)}
"""Where healthy tissue comes from: how many images, how many squares of each."""


@dataclass(frozen=True)
class Square:
    """One square of SIDE pixels. pixels: uint8. mask: uint8, 255 in the lesion; None: healthy.

    group: the data set's women; label: "benign", "malignant" or None. size_mm: longer side of the lesion's box, or of
    the box that a lesion in the middle would have.
    """

    group: str
    name: str
    patient: str
    pixels: NDArray[np.uint8]
    size_mm: float
    mask: NDArray[np.uint8] | None = None
    label: str | None = None


def women_of(found: Sequence[Square]) -> list[set[str]]:
    """The women of each group, who are split as one."""
    groups: dict[str, set[str]] = {}
    for each in found:
        groups.setdefault(each.group, set()).add(each.patient)
    return list(groups.values())


def lesions(folder: Path, seed: int = 0) -> Iterator[Square]:
    """A square around each mass that is large enough to be seen."""
    for name, most in SETS.items():
        for sample in _some(data_set(name).samples(folder), most, seed):
            image = sample.read()
            for lesion in image.truth or ():
                if lesion.kind == "mass" and region(lesion) is not None:
                    yield from _of_lesion(data_set(name).patients, sample, image, lesion)


def healthy(folder: Path, sizes_mm: Mapping[str, Sequence[float]], seed: int = 0) -> Iterator[Square]:
    """Squares of tissue in which nobody saw a lesion, as if one of `sizes_mm` (by group) were in the middle."""
    for name, (images, each_image) in HEALTHY.items():
        random = np.random.default_rng(seed)
        for sample in _some(data_set(name).samples(folder), images, seed):
            image = sample.read()
            if any(region(each) is None for each in image.truth or ()):
                continue
            group = data_set(name).patients
            for size, centre in _places(image, each_image, sizes_mm[group], random):
                assert image.spacing is not None
                pixels = _grey(image.pixels, centre, REACH * size / image.spacing[0])
                yield Square(group, sample.name, sample.patient, pixels, size)


def _some(samples: Sequence[Sample], most: int | None, seed: int) -> list[Sample]:
    order = np.random.default_rng(seed).permutation(len(samples))[:most]
    return [samples[int(each)] for each in order]


def _of_lesion(group: str, sample: Sample, image: Mammogram, lesion: Lesion) -> Iterator[Square]:
    mask = fill(lesion, (image.rows, image.columns)) if lesion.box is None else _ellipse(lesion, image)
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    assert image.spacing is not None
    if not len(rows) or max(np.ptp(rows), np.ptp(columns)) < FINEST:
        return
    size = float(max(1 + np.ptp(rows), 1 + np.ptp(columns)) * image.spacing[0])
    if size > LARGEST_MM:
        return
    centre = (rows[0] + rows[-1] + 1) / 2, (columns[0] + columns[-1] + 1) / 2
    side = REACH * (1 + max(np.ptp(rows), np.ptp(columns)))
    covered = np.round(255 * cut_out(np.pad(mask, 1).astype(np.float32), (centre[0] + 1, centre[1] + 1), side, SIDE))
    drawn = covered.clip(0, 255).astype(np.uint8)
    yield Square(group, sample.name, sample.patient, _grey(image.pixels, centre, side), size, drawn, lesion.label)


def _ellipse(lesion: Lesion, image: Mammogram) -> NDArray[np.bool_]:
    """The ellipse that fills a lesion's box, where the outline is not known."""
    assert lesion.box is not None
    row0, column0, row1, column1 = lesion.box
    mask = np.zeros((image.rows, image.columns), bool)
    middle = (row0 + row1 - 1) / 2, (column0 + column1 - 1) / 2
    mask[ellipse(*middle, (row1 - row0) / 2, (column1 - column0) / 2, mask.shape)] = True  # type: ignore[no-untyped-call]
    return mask


def _places(
    image: Mammogram, count: int, sizes_mm: Sequence[float], random: np.random.Generator
) -> Iterator[tuple[float, tuple[float, float]]]:
    """Size in mm and centre in pixels of places where a lesion might be."""
    assert image.spacing is not None
    places = Places(healthy_tissue(image, image.spacing), image.spacing)
    for _ in range(count):
        size = float(random.choice(sizes_mm))
        found = places.draw(size, random)
        if found is not None:
            yield size, (found[0] + 0.5, found[1] + 0.5)


def _grey(pixels: NDArray[np.float32], centre: tuple[float, float], side: float) -> NDArray[np.uint8]:
    """Grey values as bytes, scaled to the range of the middle part with a margin."""
    grey = cut_out(pixels, centre, side, SIDE)
    middle = slice(SIDE // 8, SIDE - SIDE // 8)
    low, high = np.percentile(grey[middle, middle], [0.5, 99.5])
    margin = 0.3 * max(float(high - low), 1e-6)
    return np.round(255 * np.clip((grey - low + margin) / (high - low + 2 * margin), 0, 1)).astype(np.uint8)
