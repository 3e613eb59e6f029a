"""Real images without a mass, with one put in whose outline is known exactly.

Normal films of mini-MIAS, and INbreast images without a mass by their list. The image's name is the seed of what is
drawn, so every run gets the same pictures.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.data_sets import inbreast, mias
from napari_mammoseg.data_sets.sample import Sample
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.phantom.masses import MARGINS, Margin, draw
from napari_mammoseg.phantom.stamp import overlap, ring
from napari_mammoseg.tissue.breast import breast_mask

DIAMETER_MM = 6.0, 25.0
BRIGHTER = 0.06, 0.2
"""How far a mass's body is above the tissue around it, as a part of the grey scale."""
AROUND_MM = 2.0
LABELS: Mapping[Margin, Literal["benign", "malignant"]] = {
    "circumscribed": "benign",
    "lobulated": "benign",
    "spiculated": "malignant",
}
"""What a mass with such a margin most often is."""
STEP = 8


def mias_films(folder: Path) -> list[Sample]:
    """Of the normal films."""
    return _with_mass(mias.normal_films(folder))


def inbreast_films(folder: Path) -> list[Sample]:
    """Of the digital images without a mass."""
    return _with_mass(inbreast.massless_films(folder))


def _with_mass(films: Sequence[Sample]) -> list[Sample]:
    return [Sample(f"{each.name} mass", each.patient, partial(_planted, each)) for each in films]


def _planted(film: Sample) -> Mammogram:
    image = film.read()
    assert image.spacing is not None
    rng = np.random.default_rng(list(film.name.encode()))
    margin = MARGINS[rng.integers(len(MARGINS))]
    diameter = float(np.exp(rng.uniform(*np.log(DIAMETER_MM))))
    shape = draw(rng, diameter, image.spacing, margin)
    place = _place(breast_mask(image.pixels, image.spacing), diameter / 2 / image.spacing[0], rng)
    window, part = overlap(place, shape.mask.shape, image.pixels.shape)
    density, body = shape.density[part], shape.mask[part]
    pixels, mask = image.pixels.copy(), np.zeros(image.pixels.shape, bool)
    pixels[window] += _gain(pixels[window], density, body, image.spacing[0], rng) * density
    mask[window] = body
    truth = (Lesion("mass", LABELS[margin], mask=mask, attributes={"form": margin}),)
    return replace(image, pixels=np.clip(pixels, 0, 1), name=f"{film.name} mass", path=None, truth=truth)


def _place(inside: NDArray[np.bool_], radius: float, rng: Generator) -> tuple[int, int]:
    """A pixel of the breast at least `radius` from its border, or as deep as the breast allows."""
    depth = ndimage.distance_transform_edt(np.pad(inside[::STEP, ::STEP], 1))[1:-1, 1:-1] * STEP
    places = np.argwhere(depth >= min(radius, 0.9 * depth.max())) * STEP
    row, column = places[rng.integers(len(places))]
    return int(row), int(column)


def _gain(
    grey: NDArray[np.float32], density: NDArray[np.float32], body: NDArray[np.bool_], spacing: float, rng: Generator
) -> np.float32:
    """What the density is multiplied by so that the body ends up brighter than the ring around it."""
    wanted = rng.uniform(*BRIGHTER)
    around = ring(body, AROUND_MM / spacing)
    lacking = max(wanted / 2, wanted + float(grey[around].mean() - grey[body].mean()))
    return np.float32(lacking / max(0.2, float(density[body].mean() - density[around].mean())))
