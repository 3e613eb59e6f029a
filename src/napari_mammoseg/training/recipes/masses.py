"""How `mass-finder` is trained: crops of four data sets, from ImageNet's weights or from an earlier training's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.models import Model
from napari_mammoseg.networks.mass_finder import STRIDE
from napari_mammoseg.settings import setting
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.engine.step import descent, one_player
from napari_mammoseg.training.masses import scores as mass_scores
from napari_mammoseg.training.masses.crops import Variation, drawn_crop, drawn_film
from napari_mammoseg.training.masses.films import SYNTHETIC, mass_films
from napari_mammoseg.training.masses.losses import losses, stacked, target
from napari_mammoseg.training.recipes.fine_tuning import (
    FineTuning,
    calibration_of,
    optimiser,
    started,
    warm_flat_falling,
)

DIGITAL = "inbreast"
SHARES = {"cbis-mass-films": 0.62, DIGITAL: 0.16, "mias": 0.13, "infn-masses": 0.09}


@dataclass(frozen=True, slots=True)
class Settings(FineTuning):
    """What `--set` may change."""

    side: int = setting(448, "Side of a crop, in pixels of 0.28 mm", low=64, high=2048)
    batch: int = setting(8, "Crops a batch", low=1, high=512)
    epochs: int = setting(15, "Epochs", low=1, high=10000)
    trunk_rate: float = setting(4e-4, "Learning rate of the trunk", low=0, high=1)
    digital: float = setting(SHARES[DIGITAL], "Share of the crops that are of digital images", low=0, high=0.9)
    synthetic: float = setting(0.0, "Share of the crops that are of phantoms and inserted masses", low=0, high=0.9)


def recipe(model: Model, data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets or ImageNet's weights are missing."""
    network = started(model, data, settings)
    assert model.spacing_mm is not None
    training, held_out = mass_films(data, model.spacing_mm, split)
    if settings.synthetic:
        training += mass_films(data, model.spacing_mm, split, SYNTHETIC)[0]
    shares = _shares(settings)
    by_set = {name: [each for each in training if each.data_set == name] for name in shares}
    variation = Variation()

    def batch(epoch: int, index: int, random: np.random.Generator) -> tuple[Tensor, dict[str, Tensor]]:
        films = [drawn_film(by_set, shares, variation, random) for _ in range(settings.batch)]
        crops = [drawn_crop(each, settings.side, variation, random) for each in films]
        pixels = torch.from_numpy(np.stack([each.pixels for each in crops]))[:, None]
        return pixels.contiguous(memory_format=torch.channels_last), stacked([target(each, STRIDE) for each in crops])

    def found(network: nn.Module) -> dict[str, list[Any]]:
        return mass_scores.readings(held_out, mass_scores.finder(network, model))

    return Recipe(
        model,
        one_player(network, optimiser(network, settings.trunk_rate, settings.rate)),
        descent(lambda network, batch: losses(network(batch[0]), batch[1]), half=True, clip=5.0),
        batch,
        settings.batches,
        settings.epochs,
        scored_every=5,
        scores=lambda network: mass_scores.sensitivities(found(network)) if held_out else {},
        rate=warm_flat_falling,
        average=0.998,
        held_out=frozenset(each.patient for each in held_out),
        facts=lambda network: mass_scores.calibration(found(network)) if held_out else calibration_of(settings.start),
    )


def _shares(settings: Settings) -> dict[str, float]:
    """Of each data set in the crops; they add up to 1."""
    real = 1 - settings.synthetic
    films = {name: share for name, share in SHARES.items() if name != DIGITAL}
    scale = real * (1 - settings.digital) / sum(films.values())
    shares = {name: share * scale for name, share in films.items()} | {DIGITAL: real * settings.digital}
    return shares | {name: settings.synthetic / len(SYNTHETIC) for name in SYNTHETIC}
