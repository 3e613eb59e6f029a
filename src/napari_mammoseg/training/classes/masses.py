"""Masses whose sort is known, as a classifier is shown them: one a picture, in its middle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from napari_mammoseg.pipelines.masses.classes import SMALLEST
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.packed.stack import Stack
from napari_mammoseg.training.variation.drawn_grey import drawn_grey
from napari_mammoseg.training.variation.grey import blurred, varied
from napari_mammoseg.training.variation.placing import BLANK, Placing

SCALE, SHIFT, STRETCH = 0.18, 0.08, 0.08
"""How far marks are off: of log size and, in sides of the box, of place (deviations); of one axis to the other."""
BLURRED = 0.6
"""Share of pictures that are made softer: a digitiser's sharpness must not give its masses away."""
BLUR_REACH = 7


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


class Views:
    """The masses to draw from, and the views of a batch."""

    def __init__(self, masses: Sequence[Mass], shares: Mapping[str, float], side: int, context: float) -> None:
        self._masses, self._side, self._context = masses, side, context
        films = list({id(each.film): each.film for each in masses}.values())
        number = {id(film): index for index, film in enumerate(films)}
        self._film = [number[id(each.film)] for each in masses]
        self._stack = Stack([each.pixels for each in films])
        sorts = {name: [_numbers(masses, name, malignant) for malignant in (False, True)] for name in shares}
        self._sorts = [(shares[name], each) for name, each in sorts.items() if len(each[0]) + len(each[1])]

    def drawn(self, count: int, random: np.random.Generator) -> dict[str, Tensor]:
        """Which masses, how they lie, and in which grey values; each sort of a data set as often as the other."""
        odds = np.array([share for share, _ in self._sorts])
        rows = []
        for index in random.choice(len(odds), count, p=odds / odds.sum()):
            one, other = self._sorts[index][1] if random.integers(2) else self._sorts[index][1][::-1]
            pool = one if len(one) else other
            rows.append(self._one(int(pool[random.integers(len(pool))]), random))
        return {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}

    def _one(self, index: int, random: np.random.Generator) -> dict[str, Any]:
        grey = drawn_grey(random, blurred=BLURRED, softest=2.2, grain=0.05)
        return {
            "film": np.int64(self._film[index]),
            "matrix": _placed(self._masses[index].box, self._side, self._context, random).back(),
            "malignant": np.float32(self._masses[index].malignant),
            **{name: np.float32(value) for name, value in grey.items()},
        }

    @torch.no_grad()
    def pictures(self, batch: Mapping[str, Tensor]) -> Tensor:
        """(n, 1, side, side) in about -1…1, on the batch's device."""
        with torch.autocast(batch["film"].device.type, enabled=False):
            seen = self._stack.windows(batch["film"], batch["matrix"], self._side, BLANK) / 255
            pictures = varied(blurred(seen, batch["blur"], BLUR_REACH), dict(batch))
        return pictures[:, None].contiguous(memory_format=torch.channels_last)


def _numbers(masses: Sequence[Mass], data_set: str, malignant: bool) -> NDArray[np.intp]:
    return np.flatnonzero([each.film.data_set == data_set and each.malignant is malignant for each in masses])


def _placed(box: NDArray[np.float64], side: int, context: float, random: np.random.Generator) -> Placing:
    """The mass turned and mirrored, its mark a little off."""
    size = max(SMALLEST, *(box[2:] - box[:2])) * np.exp(random.normal(0, SCALE))
    centre = (box[:2] + box[2:])[::-1] / 2 + random.normal(0, SHIFT, 2) * size
    angle, longer = random.uniform(0, 2 * np.pi), np.exp(random.uniform(-STRETCH, STRETCH))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    mirrored = np.diag([random.choice([-1.0, 1.0]) * longer, 1 / longer])
    return Placing(turn @ mirrored * side / (context * size), centre, side)
