"""How `outline-lite` is trained: outlined masses in loosely drawn boxes, and some of which only the box is known."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from napari_mammoseg.models import Model
from napari_mammoseg.settings import setting
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.engine.step import descent, one_player
from napari_mammoseg.training.outlines.crops import Crop, by_set
from napari_mammoseg.training.outlines.losses import box_alone, combined
from napari_mammoseg.training.outlines.scores import in_loose_boxes, of_sets
from napari_mammoseg.training.outlines.views import Held, drawn, views
from napari_mammoseg.training.recipes.fine_tuning import FineTuning, optimiser, warm_flat_falling

SHARES = {"infn-masses": 0.32, "mias-outlines": 0.14, "cesm": 0.24, "inbreast": 0.18, "cbis-mass-films": 0.12}


@dataclass(frozen=True, slots=True)
class Settings(FineTuning):
    """What `--set` may change."""

    batch: int = setting(32, "Masses per batch", low=1, high=1024)
    epochs: int = setting(20, "Epochs", low=1, high=10000)
    trunk_rate: float = setting(4e-4, "Learning rate of the trunk", low=0, high=1)
    size: int = setting(160, "Pixels of a window's side", low=32, high=512)
    boxed: float = setting(0.5, "Weight of masses of which only the box is known", low=0, high=10)


def of_crops(
    model: Model, network: nn.Module, training: Sequence[Crop], tests: Sequence[Crop], settings: Settings
) -> Recipe:
    held, places = Held.of(training), by_set(training)
    odds = np.zeros(len(training))
    for name, of_set in places.items():
        odds[of_set] = SHARES.get(name, 0) / len(of_set)
    odds /= odds.sum()
    on: dict[torch.device, Held] = {}

    def batch(epoch: int, index: int, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        which = random.choice(len(training), settings.batch, p=odds)
        return torch.from_numpy(which), torch.from_numpy(drawn(random, settings.batch))

    def losses(network: nn.Module, batch: tuple[Tensor, Tensor]) -> Mapping[str, Tensor]:
        which, numbers = batch
        device = which.device
        if device not in on:
            on[device] = held.to(device)
        with torch.autocast(device.type, enabled=False):
            seen = views(on[device], which, numbers, settings.size)
        logits = network(seen.inputs.contiguous(memory_format=torch.channels_last))
        known = seen.known
        parts = {"outline": _mean(combined, logits[known], seen.masks[known])}
        parts["box"] = settings.boxed * _mean(box_alone, logits[~known], seen.tight[~known])
        return parts

    def scores(network: nn.Module) -> Mapping[str, float]:
        return of_sets(in_loose_boxes(network, tests, settings.size), tests) if tests else {}

    return Recipe(
        model,
        one_player(network, optimiser(network, settings.trunk_rate, settings.rate)),
        descent(losses, half=True, clip=5.0),
        batch,
        settings.batches,
        settings.epochs,
        scored_every=5,
        scores=scores,
        rate=warm_flat_falling,
        average=0.995,
        held_out=frozenset(each.patient for each in tests),
    )


def _mean(loss: Callable[..., Tensor], logits: Tensor, truth: Tensor) -> Tensor:
    if not len(logits):
        return logits.sum()
    if loss is combined:
        truth = truth[:, None]
        return loss(logits, truth, torch.ones_like(truth))
    return loss(logits, truth)
