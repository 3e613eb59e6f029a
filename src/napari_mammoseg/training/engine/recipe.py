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
    """A network with its first weights, and the optimiser that changes them. Frozen weights stay (`requires_grad`)."""

    network: nn.Module
    optimiser: Optimizer


Players = Mapping[str, Player]
Step = Callable[[Players, Batch], Mapping[str, Tensor]]
"""Changes the players by one batch on their device, and returns the parts of the loss, to be logged."""


def constant(progress: float) -> float:
    return 1.0


def flat_then_falling(progress: float) -> float:
    """1 for the first half of the training, then down to 2 %: networks that play against each other lose their balance
    where the rates stay high to the end."""
    return min(1.0, 2 * (1 - progress) + 0.02)


def no_scores(network: nn.Module) -> dict[str, float]:
    return {}


def nothing_written(network: nn.Module, out: Path) -> None:
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
    kept: the weights that are scored and written are a mixture of those that the training began with (this share) and
    those that it ended with: where the network was good before, the mixture is often better than either (Wortsman 2022,
    "Robust fine-tuning of zero-shot models").
    scores: figures on patients held out, after every `scored_every` epochs and the last.
    rate: takes the share of the training that is done (0…1) and gives a factor on every learning rate.
    watch: the score by which epochs are compared, higher is better; it is taken after every epoch, and the weights of
    the best one are written, not the last ones. reaction: takes the watched scores so far and gives a further factor
    on the rates; 0 ends the training.
    facts: takes the network that is written and gives fields of `models.Facts` for the weights file.
    report: writes what a person may want to see of that network into the folder of the training.
    sheet: the same of the network after every `scored_every` epochs and the last, to watch it learn.
    searched_by: the score by which a random search compares settings, higher is better.
    held_out: the patients whose images neither train the network nor choose an epoch, as their samples name them.
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
    report: Callable[[nn.Module, Path], None] = nothing_written
    sheet: Callable[[nn.Module, Path], None] = nothing_written
    searched_by: str | None = None
    held_out: frozenset[str] = frozenset()

    @property
    def network(self) -> nn.Module:
        """The network that is written."""
        return self.players[self.ships].network
