"""Healthy places of films, of the sizes that masses have: the class "normal"."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.training.classes.masses import Mass
from napari_mammoseg.training.masses.films import MassFilm

TRIES = 30
INSIDE = 0.9
"""At least this share of the box is breast."""


def healthy_places(films: Sequence[MassFilm], masses: Sequence[Mass], context: float, seed: int) -> list[Mass]:
    """At most one place per film, of the size of a mass of its data set.

    The square around it, `context` times its size, touches no mass and nothing that may be one.
    """
    random = np.random.default_rng(seed)
    sizes = {name: _sizes(masses, name) for name in {each.film.data_set for each in masses}}
    found = []
    for film in films:
        if film.data_set in sizes and (box := _place(film, sizes[film.data_set], context, random)) is not None:
            found.append(Mass(film, box, "normal"))
    return found


def _sizes(masses: Sequence[Mass], data_set: str) -> list[float]:
    return [float((each.box[2:] - each.box[:2]).max()) for each in masses if each.film.data_set == data_set]


def _place(
    film: MassFilm, sizes: Sequence[float], context: float, random: np.random.Generator
) -> NDArray[np.float64] | None:
    if not len(film.places):
        return None
    breast, lesions = film.breast, np.concatenate([film.boxes, film.ignored])
    for _ in range(TRIES):
        size = sizes[int(random.integers(len(sizes)))]
        box = film.places[random.integers(len(film.places))][[0, 1, 0, 1]] + size / 2 * np.array([-1, -1, 1, 1])
        whole = (box[:2] >= 0).all() and (box[2:] <= breast.shape).all()
        row0, column0, row1, column1 = box.astype(int)
        if whole and breast[row0:row1, column0:column1].mean() >= INSIDE and not _touched(box, lesions, context):
            return np.asarray(box)
    return None


def _touched(box: NDArray[np.float64], lesions: NDArray[np.float64], context: float) -> bool:
    wider = (context - 1) / 2 * (box[2:] - box[:2])
    low, high = np.maximum(lesions[:, :2], box[:2] - wider), np.minimum(lesions[:, 2:], box[2:] + wider)
    return bool((low < high).all(axis=1).any())
