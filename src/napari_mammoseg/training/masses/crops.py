"""Crops of mass films, turned, scaled and in other grey values, as film and digital detectors would give them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from napari_mammoseg.training.masses.films import MassFilm, drawn_set
from napari_mammoseg.training.variation.drawn_grey import drawn_grey
from napari_mammoseg.training.variation.grey import blurred, varied
from napari_mammoseg.training.variation.placing import Placing

SMALLEST = 8.0  # pixels of a crop: a mass whose longer side is shorter is ignored
SOFTEST = 1.3  # pixels that a crop is blurred by at most
_SEEN = 0.45  # share of a mass that a crop must show, its middle included; less is ignored


@dataclass(frozen=True, slots=True)
class Crop:
    """pixels (side, side) in about -1…1; boxes (n, 4) in these pixels, their labels (n,), boxes to ignore (m, 4)."""

    pixels: NDArray[np.float32]
    boxes: NDArray[np.float64]
    labels: NDArray[np.int64]
    ignored: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Variation:
    """How far a crop is from the film: factors of scale, degrees of rotation, the share of crops around a mass."""

    smallest: float = 0.72
    largest: float = 1.4
    degrees: float = 20.0
    stretch: float = 0.08
    at_mass: float = 0.75
    film_with_mass: float = 0.65
    far: float = 0.0
    farthest: float = 0.3
    """Share of crops seen from far, at a scale from `farthest` to `smallest`."""


def drawn_film(
    films: Mapping[str, Sequence[MassFilm]],
    shares: Mapping[str, float],
    variation: Variation,
    random: np.random.Generator,
) -> MassFilm:
    """Draws a film: first the data set by its share, then a film with or without a mass."""
    name = drawn_set(films, shares, random)
    with_mass = [each for each in films[name] if len(each.boxes)]
    without = [each for each in films[name] if not len(each.boxes)]
    pool = with_mass if not without or (with_mass and random.random() < variation.film_with_mass) else without
    return pool[random.integers(len(pool))]


def drawn_crop(film: MassFilm, side: int, variation: Variation, random: np.random.Generator) -> Crop:
    """A crop around a mass, or around any place of the breast."""
    placed = drawn_placing(film, side, variation, random)
    seen = torch.from_numpy(np.asarray(placed.picture(film.pixels), np.float32))[None] / 255
    drawn = drawn_grey(random, blurred=0.25, softest=SOFTEST, grain=0.03)
    grey = {name: torch.tensor([value], dtype=torch.float32) for name, value in drawn.items()}
    grain = torch.from_numpy(random.standard_normal(seen.shape, np.float32))
    pixels = varied(blurred(seen, grey["blur"], math.ceil(3 * SOFTEST)), grey, grain)
    return Crop(pixels[0].numpy(), *truth_on(film, placed))


def truth_on(film: MassFilm, placed: Placing) -> tuple[NDArray[np.float64], NDArray[np.int64], NDArray[np.float64]]:
    """The boxes on a crop, their labels, and the boxes to ignore, where nothing is learned."""
    boxes, ignored = placed.boxes(film.boxes), placed.boxes(film.ignored)
    seen = _seen(boxes, placed.side)
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    large = (boxes[:, 2:] - boxes[:, :2]).max(axis=1, initial=0) >= SMALLEST
    kept = large & (seen > _SEEN) & ((middle >= 0) & (middle < placed.side)).all(axis=1)
    return boxes[kept], film.labels[kept], np.concatenate([ignored, boxes[~kept & (seen > 0)]])


def drawn_placing(film: MassFilm, side: int, variation: Variation, random: np.random.Generator) -> Placing:
    """Where a crop of `side` pixels lies, around a mass or around any place of the breast."""
    smallest, largest = variation.smallest, variation.largest
    if random.random() < variation.far:
        smallest, largest = variation.farthest, variation.smallest
    scale = np.exp(random.uniform(np.log(smallest), np.log(largest)))
    angle = np.radians(random.uniform(-variation.degrees, variation.degrees))
    longer = np.exp(random.uniform(-variation.stretch, variation.stretch))
    mirror = random.choice([-1.0, 1.0], 2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.diag(mirror * scale * [longer, 1 / longer])
    return Placing(matrix, _centre(film, side, side / 2 / scale, variation, random)[::-1], side)


def _centre(
    film: MassFilm, side: int, half: float, variation: Variation, random: np.random.Generator
) -> NDArray[np.float64]:
    """Row and column of the film that the crop's middle shows; the crop stays on the film where it can."""
    if len(film.boxes) and random.random() < variation.at_mass:
        box = film.boxes[random.integers(len(film.boxes))]
        centre = (box[:2] + box[2:]) / 2 + random.uniform(-0.84, 0.84, 2) * half
    else:
        places = film.places
        centre = places[random.integers(len(places))].copy() if len(places) else np.array(film.pixels.shape) / 2
    for axis, length in enumerate(film.pixels.shape):
        if length > 2 * half:
            centre[axis] = np.clip(centre[axis], 0.85 * half, length - 0.85 * half)
        else:
            centre[axis] = length / 2 + random.uniform(-1, 1) * (half - length / 2)
    return centre


def _seen(boxes: NDArray[np.float64], side: int) -> NDArray[np.float64]:
    """The share of each box that lies on the crop."""
    inside = np.clip(boxes, 0, side)
    return np.asarray((inside[:, 2:] - inside[:, :2]).prod(axis=1) / (boxes[:, 2:] - boxes[:, :2]).prod(axis=1))
