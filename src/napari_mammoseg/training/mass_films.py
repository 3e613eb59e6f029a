"""Every image with the truth about masses, as detectors see it: one definition for all networks that take crops.

Masses of the truth, at one spacing, in standardised grey values; what is neither a sure mass nor sure background
(architectural distortions, asymmetries, boxes of something unnamed, clusters) is ignored there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.errors import InputError
from napari_mammoseg.evaluation.regions import region
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.tissue.resample import resample, shape_at
from napari_mammoseg.tissue.standard import breast_or_field, standardised
from napari_mammoseg.training.data import Sample, folds, samples, source
from napari_mammoseg.training.recipe import Split

DATA_SETS = ("cbis-mass-films", "inbreast", "mias", "infn-masses")
SYNTHETIC = ("phantoms", "inserted-masses-mias", "inserted-masses-inbreast")
"""Masses that were drawn, not found; of real tissue the same patients train as of its own data set."""
LABELS = {"benign": 0, "malignant": 1, None: -1}
_SMALLEST_PIECE = 0.1  # of a mask's largest piece: smaller ones are crumbs of the tool that drew it


@dataclass(frozen=True)
class MassFilm:
    """pixels: uint8 of the standardised -1…1; breast: packed bool; boxes (n, 4) in these pixels; labels (n,) as LABELS.

    ignored (m, 4): boxes where nothing is learned.
    """

    data_set: str
    name: str
    patient: str
    pixels: NDArray[np.uint8]
    packed: NDArray[np.uint8]
    boxes: NDArray[np.float64]
    labels: NDArray[np.int64]
    ignored: NDArray[np.float64]

    @property
    def breast(self) -> NDArray[np.bool_]:
        """(rows, columns) bool."""
        return np.unpackbits(self.packed, count=self.pixels.size).reshape(self.pixels.shape).astype(bool)

    @property
    def picture(self) -> NDArray[np.float32]:
        """(rows, columns) float32 in -1…1, as the network gets it."""
        return self.pixels * np.float32(2 / 255) - 1


def mass_films(
    data: Path, spacing_mm: float, split: Split, data_sets: Iterable[str] = DATA_SETS
) -> tuple[list[MassFilm], list[MassFilm]]:
    """The films that train and those held out, split by patient within each data set.

    Patients with and without a mass are dealt out apart. Films that have a mass whose place is unknown are left out.
    """
    training, held_out = [], []
    for name in data_sets:
        films = [film for sample in samples(name, data) if (film := _film(name, sample, spacing_mm)) is not None]
        if source(name) == name:
            out = _dealt({each.patient for each in films if len(each.boxes)}, {each.patient for each in films}, split)
        else:
            out = held_out_of(data, source(name), split)
        training += [each for each in films if each.patient not in out]
        held_out += [each for each in films if each.patient in out]
    return training, held_out


def drawn_set(sets: Mapping[str, Sequence[Any]], shares: Mapping[str, float], random: np.random.Generator) -> str:
    """The name of one that is not empty, by its share."""
    names = [name for name in shares if sets.get(name)]
    odds = np.array([shares[name] for name in names])
    return names[int(random.choice(len(names), p=odds / odds.sum()))]


def held_out_of(data: Path, data_set: str, split: Split) -> frozenset[str]:
    """The patients of the data set whose films `mass_films` holds out. Reads every film's truth."""
    if split.folds == 1:
        return frozenset()
    films = [(each.patient, _sorted(each.read())[0]) for each in samples(data_set, data)]
    used = {patient for patient, masses in films if masses is not None}
    return _dealt({patient for patient, masses in films if masses}, used, split)


def _dealt(with_mass: set[str], patients: set[str], split: Split) -> frozenset[str]:
    """Those of the part that is held out; a group of fewer patients than parts trains as a whole."""
    if split.folds == 1:
        return frozenset()
    groups = [with_mass, patients - with_mass]
    parts = [folds(group, split.folds, split.seed)[split.fold] for group in groups if len(group) >= split.folds]
    return frozenset().union(*parts)


def _film(data_set: str, sample: Sample, spacing_mm: float) -> MassFilm | None:
    image = sample.read()
    if image.spacing is None or image.truth is None:
        raise InputError(sample.name, "has no spacing or no truth", f"give the whole data set {data_set}")
    masses, ignored = _sorted(image)
    if masses is None:
        return None
    shape = shape_at((image.rows, image.columns), image.spacing, spacing_mm)
    pixels = np.array(resample(image.pixels, shape))
    breast = breast_or_field(pixels)
    standard = np.round((standardised(pixels, breast) + 1) * 127.5).astype(np.uint8)
    zoom = np.tile([shape[0] / image.rows, shape[1] / image.columns], 2)
    boxes = np.array([box for box, _ in masses]).reshape(-1, 4) * zoom
    labels = np.array([LABELS[label] for _, label in masses], np.int64)
    ignore = np.array(ignored).reshape(-1, 4) * zoom
    return MassFilm(data_set, sample.name, sample.patient, standard, np.packbits(breast), boxes, labels, ignore)


Placed = list[tuple[tuple[float, float, float, float], str | None]]


def _sorted(image: Mammogram) -> tuple[Placed | None, list[tuple[float, float, float, float]]]:
    """The masses' boxes and labels (None: one has no place), and the boxes to ignore."""
    masses: Placed = []
    ignored = []
    for lesion in image.truth or ():
        where = region(lesion)
        if where is None:
            if lesion.kind == "mass":
                return None, []
        elif lesion.kind == "mass":
            masses.append((_box(lesion), lesion.label))
        else:
            ignored.append(where.box)
    return masses, ignored


def _box(lesion: Lesion) -> tuple[float, float, float, float]:
    """The lesion's box; that of a mask without its small pieces."""
    if lesion.mask is not None:
        labels, _ = ndimage.label(lesion.mask)
        areas = np.bincount(labels.ravel())
        areas[0] = 0
        lesion = replace(lesion, mask=(areas >= _SMALLEST_PIECE * areas.max())[labels])
    where = region(lesion)
    assert where is not None
    return where.box
