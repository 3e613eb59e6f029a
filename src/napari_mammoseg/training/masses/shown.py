"""Crops of mass films: a batch is drawn as numbers on the processor, its pictures are made where the network is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from napari_mammoseg.training.engine.layout import laid_out
from napari_mammoseg.training.masses.crops import Variation, drawn_placing, truth_on
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.masses.targets import NO_BOX
from napari_mammoseg.training.packed.stack import Stack
from napari_mammoseg.training.variation.drawn_grey import drawn_grey
from napari_mammoseg.training.variation.grey import blurred, varied
from napari_mammoseg.training.variation.placing import BLANK

BOXES, IGNORED = 8, 16
"""Of a crop's masses and ignored boxes at most so many count, the smallest of them."""
BLUR_REACH = 7
Batch = Mapping[str, Tensor]


class Crops:
    """The films to draw from, and the crops of a batch."""

    def __init__(self, films: Sequence[MassFilm], shares: Mapping[str, float], side: int, variation: Variation) -> None:
        self._films, self._side, self._variation = films, side, variation
        self._stack = Stack([each.pixels for each in films])
        pools = {name: [_numbers(films, name, with_mass) for with_mass in (True, False)] for name in shares}
        self._pools = {name: each for name, each in pools.items() if len(each[0]) or len(each[1])}
        odds = np.array([shares[name] for name in self._pools])
        self._odds = odds / odds.sum()

    def drawn(self, count: int, random: np.random.Generator) -> Batch:
        """Which films, where, in which grey values, and the truth there."""
        rows = [self._one(random) for _ in range(count)]
        return {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}

    @torch.no_grad()
    def pictures(self, batch: Batch) -> Tensor:
        """(n, 1, side, side) in about -1…1, on the batch's device."""
        with torch.autocast(batch["film"].device.type, enabled=False):
            seen = self._stack.windows(batch["film"], batch["matrix"], self._side, BLANK) / 255
            seen = blurred(seen, batch["blur"], BLUR_REACH)
            pictures = varied(seen, batch, torch.randn_like(seen))
        return laid_out(pictures[:, None])

    def _one(self, random: np.random.Generator) -> dict[str, Any]:
        number = self._film(random)
        film = self._films[number]
        placed = drawn_placing(film, self._side, self._variation, random)
        boxes, labels, ignored = truth_on(film, placed)
        smallest = np.argsort(-(boxes[:, 2:] - boxes[:, :2]).prod(axis=1), kind="stable")[-BOXES:]
        grey = drawn_grey(random, blurred=0.3, softest=1.5, grain=0.03)
        return {
            "film": np.int64(number),
            "matrix": placed.back(),
            "boxes": _filled(boxes[smallest].astype(np.float32), BOXES, 0),
            "labels": _filled(labels[smallest], BOXES, NO_BOX),
            "ignored": _filled(ignored[:IGNORED].astype(np.float32), IGNORED, 0),
            **{name: np.float32(value) for name, value in grey.items()},
        }

    def _film(self, random: np.random.Generator) -> int:
        with_mass, without = self._pools[list(self._pools)[random.choice(len(self._odds), p=self._odds)]]
        chosen = len(with_mass) and (not len(without) or random.random() < self._variation.film_with_mass)
        pool = with_mass if chosen else without
        return int(pool[random.integers(len(pool))])


def _numbers(films: Sequence[MassFilm], data_set: str, with_mass: bool) -> NDArray[np.intp]:
    return np.flatnonzero([each.data_set == data_set and bool(len(each.boxes)) is with_mass for each in films])


def _filled(values: NDArray[Any], length: int, filler: float) -> NDArray[Any]:
    missing = [(0, length - len(values))] + [(0, 0)] * (values.ndim - 1)
    return np.pad(values, missing, constant_values=filler)
