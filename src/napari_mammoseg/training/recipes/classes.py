"""How networks that tell benign from malignant masses are trained: known masses of four data sets, one per picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.models import Model
from napari_mammoseg.settings import setting
from napari_mammoseg.training.classes.losses import losses
from napari_mammoseg.training.classes.masses import drawn_mass, drawn_view, of_known_sort
from napari_mammoseg.training.classes.scores import areas, calibration, logits
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.engine.step import descent, one_player
from napari_mammoseg.training.masses.films import mass_films
from napari_mammoseg.training.recipes.fine_tuning import (
    FineTuning,
    calibration_of,
    optimiser,
    started,
    warm_flat_falling,
)

SHARES = {"cbis-mass-films": 0.72, "inbreast": 0.08, "mias": 0.06, "infn-masses": 0.14}
"""Of each data set in the masses of a batch."""


@dataclass(frozen=True, slots=True)
class Settings(FineTuning):
    """What `--set` may change."""

    batch: int = setting(24, "Masses per batch", low=1, high=1024)
    epochs: int = setting(20, "Epochs", low=1, high=10000)
    trunk_rate: float = setting(3e-4, "Learning rate of the trunk", low=0, high=1)


def recipe(model: Model, data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets or ImageNet's weights are missing."""
    network = started(model, data, settings)
    side, spacing = model.facts.side, model.spacing_mm
    assert side is not None
    assert spacing is not None
    training, held_out = mass_films(data, spacing, split)
    masses, tests = (of_known_sort(films) for films in (training, held_out))
    by_set = {name: [each for each in masses if each.film.data_set == name] for name in SHARES}

    def batch(epoch: int, index: int, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        drawn = [drawn_mass(by_set, SHARES, random) for _ in range(settings.batch)]
        pictures = [drawn_view(each, side, model.facts.context, random) for each in drawn]
        malignant = torch.tensor([each.malignant for each in drawn], dtype=torch.float32)
        stacked = torch.from_numpy(np.stack(pictures))[:, None]
        return stacked.contiguous(memory_format=torch.channels_last), malignant

    def facts(network: nn.Module) -> dict[str, Any]:
        if not tests:
            return calibration_of(settings.start)
        return {"calibration": calibration(tests, logits(network, model, tests))}

    return Recipe(
        model,
        one_player(network, optimiser(network, settings.trunk_rate, settings.rate)),
        descent(losses, half=True, clip=5.0),
        batch,
        settings.batches,
        settings.epochs,
        scored_every=5,
        scores=lambda network: areas(tests, logits(network, model, tests), SHARES) if tests else {},
        rate=warm_flat_falling,
        average=0.998,
        held_out=frozenset(each.patient for each in held_out),
        facts=facts,
    )
