"""How `mass-finder` is trained: crops of five data sets, from ImageNet's weights or from an earlier training's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from torch import Tensor, nn

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.models import Model
from napari_mammoseg.networks.mass_finder import STRIDE
from napari_mammoseg.settings import setting
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.engine.step import descent, one_player
from napari_mammoseg.training.masses import packed
from napari_mammoseg.training.masses import scores as mass_scores
from napari_mammoseg.training.masses.crops import Variation
from napari_mammoseg.training.masses.films import parted
from napari_mammoseg.training.masses.losses import losses
from napari_mammoseg.training.masses.shown import Crops
from napari_mammoseg.training.masses.targets import targets
from napari_mammoseg.training.recipes.fine_tuning import (
    FineTuning,
    calibration_of,
    optimiser,
    started,
    warm_flat_falling,
)

SHARES = {"cbis-mass-films": 0.54, "inbreast": 0.2, "mias": 0.13, "infn-masses": 0.08, "cesm-outlines": 0.05}
SCORED = frozenset({"cbis-mass-films", "inbreast", "mias", "infn-masses"})
VARIATION = Variation(smallest=0.65, largest=1.5, degrees=30.0, stretch=0.12, far=0.12)


@dataclass(frozen=True, slots=True)
class Settings(FineTuning):
    """What `--set` may change."""

    packed: str = setting("", "File of packed films, made if it is not there; empty: films are read anew")
    side: int = setting(448, "Side of a crop, in pixels of 0.28 mm", low=64, high=2048)
    batch: int = setting(8, "Crops per batch", low=1, high=512)
    epochs: int = setting(15, "Epochs", low=1, high=10000)
    trunk_rate: float = setting(4e-4, "Learning rate of the trunk", low=0, high=1)


def recipe(model: Model, data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets or ImageNet's weights are missing."""
    network = started(model, data, settings)
    assert model.spacing_mm is not None
    films = packed.films(data, settings.packed, model.spacing_mm)
    training, unseen = parted(films, split)
    tests = [each for each in unseen if each.data_set in SCORED]
    crops = Crops(training, SHARES, settings.side, VARIATION)
    found: list[Any] = []

    def batch(epoch: int, index: int, random: np.random.Generator) -> Mapping[str, Tensor]:
        return crops.drawn(settings.batch, random)

    def parts(network: nn.Module, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        wanted = targets(batch["boxes"], batch["labels"], batch["ignored"], settings.side, STRIDE)
        return losses(network(crops.pictures(batch)), wanted)

    def scores(network: nn.Module) -> dict[str, float]:
        found[:] = [mass_scores.readings(tests, mass_scores.finder(network, model))] if tests else []
        return mass_scores.sensitivities(found[0]) if found else {}

    return Recipe(
        model,
        one_player(network, optimiser(network, settings.trunk_rate, settings.rate)),
        descent(parts, half=True, clip=5.0),
        batch,
        settings.batches,
        settings.epochs,
        scored_every=5,
        scores=scores,
        rate=warm_flat_falling,
        average=0.998,
        held_out=frozenset(each.patient for each in unseen),
        report=lambda network, out: mass_scores.write(found[0], out / "readings.json") if found else None,
        facts=lambda network: mass_scores.calibration(found[0]) if found else calibration_of(settings.start),
    )
