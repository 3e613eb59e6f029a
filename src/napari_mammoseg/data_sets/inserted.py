"""Squares of normal tissue with inserted calcifications whose every pixel is known, and the same squares without.

The tissue is that of images taken to be free of calcifications: INbreast images without any, normal films of mini-MIAS,
and INFN fields, in which nobody looked for any. Each image gives two samples, `NAME inserted` and `NAME free`. The
image's name is the seed of what is drawn, so every run gets the same pictures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.data_sets import inbreast, infn, mias
from napari_mammoseg.data_sets.sample import Sample
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.phantom.calcifications import FORMS, lay_out
from napari_mammoseg.phantom.insertion import Detector, Inserted, in_tissue, insert
from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.contrast import texture_of
from napari_mammoseg.tissue.square import square

SIDE_MM = 28.0
COUNT = 10, 25
"""Calcifications of a cluster, the second number excluded."""
EXTENT_MM = 5.0, 14.0
LARGEST_MM = 0.3, 1.0
"""Of a cluster's calcifications; linear ones are up to 1.8 times as long."""
CONTRAST = 4.0, 20.0
"""How many times the tissue's texture the median calcification adds before the detector blurs it."""
GRAIN = 0.01
STEP = 8


def inbreast_tissue(folder: Path) -> list[Sample]:
    """Of the digital images without calcifications."""
    return _pairs(inbreast.free_films(folder), (0.4, 0.9))


def mias_tissue(folder: Path) -> list[Sample]:
    """Of the normal films."""
    return _pairs(mias.normal_films(folder), (0.4, 0.9))


def infn_tissue(folder: Path) -> list[Sample]:
    """Of the film fields with masses, in which nobody looked for calcifications."""
    return _pairs(infn.masses(folder), (0.6, 1.5))


def _pairs(films: Sequence[Sample], blur_px: tuple[float, float]) -> list[Sample]:
    """blur_px: range of the detector's blur."""
    return [
        Sample(name, each.patient, partial(_square_of, each, name, blur_px if calcified else None))
        for each in films
        for name, calcified in ((f"{each.name} inserted", True), (f"{each.name} free", False))
    ]


def _square_of(film: Sample, name: str, blur_px: tuple[float, float] | None) -> Mammogram:
    image = film.read()
    assert image.spacing is not None
    rng = np.random.default_rng(list(film.name.encode()))
    place = _inside(breast_mask(image.pixels, image.spacing), image.spacing[0], rng)
    cut = square(image.pixels.shape, place, round(SIDE_MM / image.spacing[0]))
    tissue = np.ascontiguousarray(image.pixels[cut])
    centre = float(place[0] - cut[0].start), float(place[1] - cut[1].start)
    made = None if blur_px is None else _with_cluster(tissue, centre, image.spacing[0], blur_px, rng)
    return replace(
        image,
        pixels=tissue if made is None else made.pixels,
        name=name,
        path=None,
        sha256=None,
        values=None,
        windows=(),
        truth=() if made is None else _lesions(made.labels),
        patient=film.patient,
        properties={},
    )


def _inside(breast: NDArray[np.bool_], spacing_mm: float, rng: Generator) -> tuple[int, int]:
    """A place around which the widest cluster lies in the breast; the deepest one where there is none."""
    depth_mm = ndimage.distance_transform_edt(np.pad(breast[::STEP, ::STEP], 1))[1:-1, 1:-1] * STEP * spacing_mm
    places = np.argwhere(depth_mm >= min(depth_mm.max(), EXTENT_MM[1] / 2))
    row, column = places[rng.integers(len(places))] * STEP
    return int(row), int(column)


def _with_cluster(
    tissue: NDArray[np.float32],
    centre: tuple[float, float],
    spacing_mm: float,
    blur_px: tuple[float, float],
    rng: Generator,
) -> Inserted:
    largest = float(np.exp(rng.uniform(*np.log(LARGEST_MM))))
    form = FORMS[rng.integers(len(FORMS))]
    specks = lay_out(rng, int(rng.integers(*COUNT)), rng.uniform(*EXTENT_MM), form, (max(0.1, 0.4 * largest), largest))
    contrast = texture_of(tissue, spacing_mm) * float(np.exp(rng.uniform(*np.log(CONTRAST))))
    detector = Detector(spacing_mm * rng.uniform(*blur_px), GRAIN)
    return insert(tissue, in_tissue(specks, centre, contrast, spacing_mm, rng), spacing_mm, detector, rng)


def _lesions(labels: NDArray[np.int32]) -> tuple[Lesion, ...]:
    """One for every calcification of which a pixel is left."""
    return tuple(Lesion("calcification", mask=labels == each) for each in np.unique(labels[labels > 0]))
