"""Masses whose sort is known, and healthy places, as a classifier is shown them: one per picture, in its middle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from napari_mammoseg.training.classes.placing import PLACINGS
from napari_mammoseg.training.engine.layout import laid_out
from napari_mammoseg.training.masses.films import LABELS, MassFilm
from napari_mammoseg.training.packed.stack import Stack
from napari_mammoseg.training.variation.drawn_grey import drawn_grey
from napari_mammoseg.training.variation.grey import blurred, varied
from napari_mammoseg.training.variation.placing import BLANK

BLURRED = 0.6
"""Share of pictures that are blurred, so that the sharpness of a data set's digitiser does not give its masses away."""
BLUR_REACH = 7
SORTS = ("benign", "malignant")
AS_IT_IS = {"gamma": 1.0, "steepness": 0.0, "middle": 0.5, "gain": 1.0, "offset": 0.0, "blur": 0.0, "noise": 0.0}
"""Grey values that `varied` leaves alone."""


@dataclass(frozen=True, slots=True)
class Mass:
    """A mass on a film, or a healthy place: its box there, and whether it is normal, benign or malignant."""

    film: MassFilm
    box: NDArray[np.float64]
    label: str

    @property
    def malignant(self) -> bool:
        return self.label == "malignant"


def of_known_sort(films: Iterable[MassFilm]) -> list[Mass]:
    """Every mass that is known to be benign or malignant."""
    names = {number: name for name, number in LABELS.items() if name}
    return [
        Mass(film, box, names[label])
        for film in films
        for box, label in zip(film.boxes, film.labels.tolist(), strict=True)
        if label in names
    ]


class Views:
    """The masses to draw from, and the views of a batch.

    shares: how often each data set is drawn, its classes equally often; None: every mass is drawn equally often.
    augmentation: a name of `PLACINGS`.
    """

    def __init__(
        self,
        masses: Sequence[Mass],
        shares: Mapping[str, float] | None,
        side: int,
        context: float,
        classes: Sequence[str] = SORTS,
        augmentation: str = "full",
    ) -> None:
        self._masses, self._side, self._context, self._classes = masses, side, context, list(classes)
        self._augmentation = augmentation
        films = list({id(each.film): each.film for each in masses}.values())
        number = {id(film): index for index, film in enumerate(films)}
        self._film = [number[id(each.film)] for each in masses]
        self._stack = Stack([each.pixels for each in films])
        sorts = {name: [_numbers(masses, name, label) for label in classes] for name in shares or ()}
        self._sorts = [((shares or {})[name], each) for name, each in sorts.items() if any(map(len, each))]

    def drawn(self, count: int, random: np.random.Generator) -> dict[str, Tensor]:
        """Which masses, how they lie, and in which grey values."""
        rows = [self._one(index, random) for index in self._chosen(count, random)]
        return {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}

    def _chosen(self, count: int, random: np.random.Generator) -> list[int]:
        if not self._sorts:
            return random.integers(len(self._masses), size=count).tolist()
        odds = np.array([share for share, _ in self._sorts])
        chosen = []
        for index in random.choice(len(odds), count, p=odds / odds.sum()):
            pools = [each for each in self._sorts[index][1] if len(each)]
            pool = pools[random.integers(len(pools))]
            chosen.append(int(pool[random.integers(len(pool))]))
        return chosen

    def _one(self, index: int, random: np.random.Generator) -> dict[str, Any]:
        mass = self._masses[index]
        full = self._augmentation == "full"
        grey = drawn_grey(random, blurred=BLURRED, softest=2.2, grain=0.05) if full else AS_IT_IS
        placed = PLACINGS[self._augmentation](mass.box, self._side, self._context, random)
        return {
            "film": np.int64(self._film[index]),
            "matrix": placed.back(),
            "malignant": np.float32(mass.malignant),
            "class": np.int64(self._classes.index(mass.label)),
            **{name: np.float32(value) for name, value in grey.items()},
        }

    @torch.no_grad()
    def pictures(self, batch: Mapping[str, Tensor]) -> Tensor:
        """(n, 1, side, side) in about -1…1, on the batch's device."""
        with torch.autocast(batch["film"].device.type, enabled=False):
            seen = self._stack.windows(batch["film"], batch["matrix"], self._side, BLANK) / 255
            seen = blurred(seen, batch["blur"], BLUR_REACH)
            pictures = varied(seen, batch, torch.randn_like(seen))
        return laid_out(pictures[:, None])


def _numbers(masses: Sequence[Mass], data_set: str, label: str) -> NDArray[np.intp]:
    return np.flatnonzero([each.film.data_set == data_set and each.label == label for each in masses])
