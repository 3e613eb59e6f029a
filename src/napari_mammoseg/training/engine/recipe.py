"""What the loop needs to know of a training: a Recipe, its players and its step. Each file of `recipes/` makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn
from torch.optim import Optimizer

from napari_mammoseg.models import Model

NETWORK = "network"
"""The name of the player where there is only one."""

Batch = Any
"""Tensors in tuples, lists and dicts, on the processor; the loop moves them to the device."""


@dataclass(frozen=True, slots=True)
class Player:
    """A network, with the weights to start from, and what changes them. Frozen weights (`requires_grad`) stay so."""

    network: nn.Module
    optimiser: Optimizer


Players = Mapping[str, Player]
Step = Callable[[Players, Batch], Mapping[str, Tensor]]
"""Changes the players by one batch on their device, and returns the parts of the loss, to be logged."""


def constant(progress: float) -> float:
    return 1.0


def no_scores(network: nn.Module) -> dict[str, float]:
    return {}


def no_report(network: nn.Module, out: Path) -> None:
    return None


def unmoved(watched: Sequence[float]) -> float:
    return 1.0


@dataclass(frozen=True)
class Recipe:
    """One training, from its first batch to its file of weights.

    model: what the weights are for. players: each by its name; step: what one batch does to them (`engine.step`).
    batch: the batch number `index` of epoch `epoch`, drawn with a generator that depends on the seed and both alone,
    so that a resumed training sees what an unbroken one sees.
    ships: the player whose weights are scored and written. average: decay per step of the moving average of these
    weights, which is scored and written in their place; None: the weights themselves.
    kept: share of the weights that the training began with in those that are scored and written: where the network was
    good before, the mean of both is often better than either (Wortsman 2022, "Robust fine-tuning of zero-shot models").
    scores: figures on patients held out, after every `scored_every` epochs and the last.
    rate: factor on every learning rate, from the share of the training that is done (0…1).
    watch: the score, taken every epoch, by which epochs are compared, more is better: its best epoch's weights are
    written, not the last ones. reaction: a further factor on the rates, from the watched scores so far; 0 stops.
    facts: fields of `models.Facts` that the weights file gets, found with the network that is written.
    report: writes what a person may want to see of that network into the folder of the training.
    searched_by: the score that a random search of the settings compares them by, more is better.
    held_out: the patients who neither train nor choose an epoch, by the names of their samples.
    """

    model: Model
    players: Players
    step: Step
    batch: Callable[[int, int, np.random.Generator], Batch]
    batches: int
    epochs: int
    ships: str = NETWORK
    average: float | None = None
    kept: float = 0.0
    scores: Callable[[nn.Module], Mapping[str, float]] = no_scores
    scored_every: int = 1
    rate: Callable[[float], float] = constant
    watch: str | None = None
    reaction: Callable[[Sequence[float]], float] = unmoved
    facts: Callable[[nn.Module], Mapping[str, Any]] = no_scores
    report: Callable[[nn.Module, Path], None] = no_report
    searched_by: str | None = None
    held_out: frozenset[str] = frozenset()

    @property
    def network(self) -> nn.Module:
        """The network that is written."""
        return self.players[self.ships].network
