"""What an experiment of Jin and Zheng 2019 is trained and tested on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.training.masses.crops import Crop, Variation, drawn_crop, drawn_film
from napari_mammoseg.training.masses.films import MassFilm, mass_films
from napari_mammoseg.training.papers.jin_zheng.pictures import (
    SIDE,
    Picture,
    eight,
    leaking,
    tumour_centred,
    uniformly_cut,
)

T = TypeVar("T")
Draw = Callable[[np.random.Generator], Crop]

TESTS = {"centred": 116, "uniform": 329}
"""How many test pictures the paper has; of more, so many are taken, evenly spread."""
LEAK_TEST_SHARE = 116 / 816


@dataclass(frozen=True, slots=True)
class Material:
    """draw: a training crop. tests: test pictures by the name of their set. held_out: films that do not train."""

    draw: Draw
    tests: Mapping[str, Sequence[Picture]]
    held_out: Sequence[MassFilm]


def papers_pictures(data: Path, kind: str, spacing_mm: float, leak: bool, split: Split) -> Material:
    """Pictures of MIAS as the paper cut them: "centred" on the mass or "uniform".

    leak: turned copies are dealt out, not women, so that copies of one film are on both sides, as in the paper.
    """
    training, held_out = mass_films(data, spacing_mm, split, ("mias",))
    tests = _test_pictures(held_out)
    make = tumour_centred if kind == "centred" else uniformly_cut
    pictures = eightfold(make(training))
    if leak:
        pictures, leaked = leaking(eightfold(make([*training, *held_out])), LEAK_TEST_SHARE, split.seed)
        tests[kind] = evenly(leaked, TESTS[kind])
        held_out = []
    return Material(lambda random: pictures[random.integers(len(pictures))].crop, tests, held_out)


def crops_of_all(data: Path, shares: Mapping[str, float], spacing_mm: float, split: Split) -> Material:
    """Random crops of every data set, each by its share; tested on the paper's pictures."""
    training, held_out = mass_films(data, spacing_mm, split, tuple(shares))
    by_set = {name: [each for each in training if each.data_set == name] for name in shares}
    variation = Variation()

    def draw(random: np.random.Generator) -> Crop:
        return drawn_crop(drawn_film(by_set, shares, variation, random), SIDE, variation, random)

    return Material(draw, _test_pictures([each for each in held_out if each.data_set == "mias"]), held_out)


def eightfold(pictures: Sequence[Picture]) -> list[Picture]:
    """Every picture in its eight positions."""
    return [copy for each in pictures for copy in eight(each)]


def evenly(items: Sequence[T], count: int) -> list[T]:
    """`count` of the items (fewer where there are fewer), spread over the list."""
    places = {round(place) for place in np.linspace(0, len(items) - 1, count)} if items else set()
    return [items[index] for index in sorted(places)]


def _test_pictures(films: Sequence[MassFilm]) -> dict[str, list[Picture]]:
    return {
        "centred": evenly(eightfold(tumour_centred(films)), TESTS["centred"]),
        "uniform": evenly(eightfold(uniformly_cut(films)), TESTS["uniform"]),
    }
