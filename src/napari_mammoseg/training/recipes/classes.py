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
from napari_mammoseg.training.classes.masses import Views, of_known_sort
from napari_mammoseg.training.classes.scores import areas, calibration, logits, write
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.engine.step import descent, one_player
from napari_mammoseg.training.masses import packed
from napari_mammoseg.training.masses.films import parted
from napari_mammoseg.training.recipes.fine_tuning import (
    FineTuning,
    calibration_of,
    optimiser,
    started,
    warm_flat_falling,
)

SHARES = {"cbis-mass-films": 0.72, "inbreast": 0.08, "mias": 0.06, "infn-masses": 0.14}
"""Share of each data set in the masses of a batch."""


@dataclass(frozen=True, slots=True)
class Settings(FineTuning):
    """What `--set` may change."""

    packed: str = setting("", "File of packed films, made if it is not there; empty: films are read anew")
    mixed: float = setting(0.0, "Share of the views that are mixed with another", low=0, high=1)
    batch: int = setting(24, "Masses per batch", low=1, high=1024)
    epochs: int = setting(20, "Epochs", low=1, high=10000)
    trunk_rate: float = setting(3e-4, "Learning rate of the trunk", low=0, high=1)


def recipe(model: Model, data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets or ImageNet's weights are missing."""
    network = started(model, data, settings)
    side, spacing = model.facts.side, model.spacing_mm
    assert side is not None
    assert spacing is not None
    films = packed.films(data, settings.packed, spacing)
    training, unseen = parted([each for each in films if each.data_set in SHARES], split)
    tests = of_known_sort(unseen)
    views = Views(of_known_sort(training), SHARES, side, model.facts.context)

    def batch(epoch: int, index: int, random: np.random.Generator) -> dict[str, Tensor]:
        mixed = random.random(settings.batch) < settings.mixed
        own = np.where(mixed, random.beta(0.4, 0.4, settings.batch), 1.0)
        return views.drawn(settings.batch, random) | {"own": torch.from_numpy(own.astype(np.float32))}

    def facts(network: nn.Module) -> dict[str, Any]:
        if not tests:
            return calibration_of(settings.start)
        return {"calibration": calibration(tests, logits(network, model, tests))}

    return Recipe(
        model,
        one_player(network, optimiser(network, settings.trunk_rate, settings.rate)),
        descent(lambda network, batch: losses(network, _mixed(views.pictures(batch), batch)), half=True, clip=5.0),
        batch,
        settings.batches,
        settings.epochs,
        scored_every=5,
        scores=lambda network: areas(tests, logits(network, model, tests), SHARES) if tests else {},
        rate=warm_flat_falling,
        average=0.998,
        held_out=frozenset(each.patient for each in unseen),
        facts=facts,
        report=lambda network, out: write(tests, logits(network, model, tests), out / "answers.csv"),
    )


def _mixed(pictures: Tensor, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Each picture mixed with the one before it, and how malignant the mixture is (mixup, Zhang 2018)."""
    own, malignant = batch["own"], batch["malignant"]
    share = own[:, None, None, None]
    return share * pictures + (1 - share) * pictures.roll(1, 0), own * malignant + (1 - own) * malignant.roll(1, 0)
