"""What the one loop needs to know of a training: a Recipe. Each file of `recipes/` makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn
from torch.optim import Optimizer

from napari_mammoseg.models import Model

Batch = Any
"""Tensors in tuples, lists and dicts, on the processor; the loop moves them to the device."""


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

    model: what the weights are for; network: with the weights to start from.
    batch: the batch number `index` of epoch `epoch`, drawn with a generator that depends on the seed and both alone,
    so that a resumed training sees what an unbroken one sees.
    losses: the parts of the loss of a batch, on the network's device; their sum is made small.
    scores: figures on patients held out, after every `scored_every` epochs and the last.
    rate: factor on every learning rate, from the share of the training that is done (0…1).
    watch: the score, taken every epoch, by which epochs are compared, more is better: its best epoch's weights are
    shipped, not the last ones. reaction: a further factor on the rates, from the watched scores so far; 0 stops.
    average: decay a step of the moving average of the weights, which is scored and shipped; None: the weights.
    frozen in the network (`requires_grad` False) stays frozen. half: bfloat16 where it is safe (autocast).
    facts: goes into the weights file's data (normalisation, class names, …), what the scores gave beside it.
    report: writes what a person may want to see of the network that is shipped into the folder of the training.
    held_out: the patients who neither train nor choose an epoch, by the names of their samples.
    """

    model: Model
    network: nn.Module
    optimiser: Optimizer
    batch: Callable[[int, int, np.random.Generator], Batch]
    batches: int
    losses: Callable[[nn.Module, Batch], Mapping[str, Tensor]]
    epochs: int
    scores: Callable[[nn.Module], Mapping[str, float]] = no_scores
    scored_every: int = 1
    rate: Callable[[float], float] = constant
    reaction: Callable[[Sequence[float]], float] = unmoved
    watch: str | None = None
    average: float | None = None
    half: bool = False
    clip: float | None = None
    facts: Callable[[nn.Module], Mapping[str, Any]] = no_scores
    report: Callable[[nn.Module, Path], None] = no_report
    held_out: frozenset[str] = frozenset()
