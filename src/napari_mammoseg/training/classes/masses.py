"""Masses whose sort is known, as a classifier is shown them: one a picture, in its middle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFilter

from napari_mammoseg.pipelines.masses.classes import SMALLEST
from napari_mammoseg.training.masses.films import MassFilm, drawn_set
from napari_mammoseg.training.variation.placing import Placing, varied

SCALE, SHIFT, STRETCH = 0.18, 0.08, 0.08
"""How far marks are off: of log size and, in sides of the box, of place (deviations); of one axis to the other."""
BLURRED, GRAINY = 0.6, 0.5
"""Shares of pictures that are made softer or noisier: a digitiser's sharpness must not give its masses away."""


@dataclass(frozen=True, slots=True)
class Mass:
    """A mass on a film: its box there, and whether it is malignant."""

    film: MassFilm
    box: NDArray[np.float64]
    malignant: bool


def of_known_sort(films: Iterable[MassFilm]) -> list[Mass]:
    """Every mass that is known to be benign or malignant."""
    return [
        Mass(film, box, bool(label))
        for film in films
        for box, label in zip(film.boxes, film.labels, strict=True)
        if label >= 0
    ]


def drawn_mass(masses: Mapping[str, Sequence[Mass]], shares: Mapping[str, float], random: np.random.Generator) -> Mass:
    """A mass: the data set by its share, benign and malignant ones alike often."""
    name = drawn_set(masses, shares, random)
    wanted = bool(random.integers(2))
    pool = [each for each in masses[name] if each.malignant is wanted] or masses[name]
    return pool[int(random.integers(len(pool)))]


def drawn_view(mass: Mass, side: int, context: float, random: np.random.Generator) -> NDArray[np.float32]:
    """(side, side): the mass turned, mirrored, softened and in other grey values, its mark a little off."""
    size = max(SMALLEST, *(mass.box[2:] - mass.box[:2])) * np.exp(random.normal(0, SCALE))
    centre = (mass.box[:2] + mass.box[2:])[::-1] / 2 + random.normal(0, SHIFT, 2) * size
    angle, longer = random.uniform(0, 2 * np.pi), np.exp(random.uniform(-STRETCH, STRETCH))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    mirrored = np.diag([random.choice([-1.0, 1.0]) * longer, 1 / longer])
    picture = Placing(turn @ mirrored * side / (context * size), centre, side).picture(mass.film.pixels)
    if random.random() < BLURRED:
        picture = picture.filter(ImageFilter.GaussianBlur(random.uniform(0.3, 2.2)))
    pixels = varied(picture, random)
    if random.random() < GRAINY:
        pixels = pixels + random.normal(0, random.uniform(0.01, 0.06), pixels.shape).astype(np.float32)
    return pixels
