"""How `mass-classifier` is trained: known masses of four data sets, one a picture, from ImageNet's weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import optimize, special
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.evaluation import roc
from napari_mammoseg.models import MODELS, Calibration
from napari_mammoseg.pipelines.masses.classes import view
from napari_mammoseg.settings import setting
from napari_mammoseg.training.classes.masses import Mass, drawn_mass, drawn_view, of_known_sort
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.masses.films import mass_films
from napari_mammoseg.training.recipes.fine_tuning import (
    FineTuning,
    calibration_of,
    optimiser,
    started,
    warm_flat_falling,
)

MODEL = MODELS["mass-classifier"]
SHARES = {"cbis-mass-films": 0.72, "inbreast": 0.08, "mias": 0.06, "infn-masses": 0.14}


@dataclass(frozen=True, slots=True)
class Settings(FineTuning):
    """What `--set` may change."""

    batch: int = setting(24, "Masses a batch", low=1, high=1024)
    epochs: int = setting(20, "Epochs", low=1, high=10000)
    trunk_rate: float = setting(3e-4, "Learning rate of the trunk", low=0, high=1)


def recipe(data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets or ImageNet's weights are missing."""
    network = started(MODEL, data, settings)
    assert MODEL.spacing_mm is not None
    training, held_out = mass_films(data, MODEL.spacing_mm, split)
    masses, tests = (of_known_sort(films) for films in (training, held_out))
    by_set = {name: [each for each in masses if each.film.data_set == name] for name in SHARES}
    side, context = MODEL.facts.side, MODEL.facts.context
    assert side is not None

    def batch(epoch: int, index: int, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        drawn = [drawn_mass(by_set, SHARES, random) for _ in range(settings.batch)]
        views = torch.from_numpy(np.stack([drawn_view(each, side, context, random) for each in drawn]))[:, None]
        malignant = torch.tensor([each.malignant for each in drawn], dtype=torch.float32)
        return views.contiguous(memory_format=torch.channels_last), malignant

    return Recipe(
        MODEL,
        network,
        optimiser(network, settings.trunk_rate, settings.rate),
        batch,
        settings.batches,
        _losses,
        settings.epochs,
        scored_every=5,
        scores=lambda network: _scores(tests, _logits(network, tests)) if tests else {},
        rate=warm_flat_falling,
        average=0.998,
        half=True,
        clip=5.0,
        held_out=frozenset(each.patient for each in held_out),
        facts=lambda network: _calibration(tests, network) if tests else calibration_of(settings.start),
    )


def _losses(network: nn.Module, batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
    views, malignant = batch
    return {"malignancy": functional.binary_cross_entropy_with_logits(network(views)[:, 0].float(), malignant)}


def _logits(network: nn.Module, masses: Sequence[Mass]) -> NDArray[np.float64]:
    """As the pipeline sees each mass whose box is the truth's: (masses,)."""
    device = next(network.parameters()).device
    logits = []
    with torch.inference_mode():
        for mass in masses:
            seen = torch.from_numpy(view(MODEL, mass.film.picture, mass.box))[None, None]
            logits.append(float(network(seen.to(device))[0, 0]))
    return np.array(logits)


def _scores(masses: Sequence[Mass], logits: NDArray[np.float64]) -> dict[str, float]:
    """Area under the ROC curve, malignant against benign, of each data set."""
    malignant = np.array([each.malignant for each in masses])
    sets = np.array([each.film.data_set for each in masses])
    return {f"{name} AUC": roc.auc(logits[sets == name], malignant[sets == name]) for name in SHARES}


def _calibration(masses: Sequence[Mass], network: nn.Module) -> dict[str, Any]:
    slope, offset = fitted(_logits(network, masses), np.array([each.malignant for each in masses]))
    return {"calibration": Calibration({"logit": slope}, offset)}


def fitted(logits: NDArray[np.float64], malignant: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset that make the logits log-odds where either sort is as frequent (Platt 1999)."""
    weight = np.where(malignant, 0.5 / max(malignant.sum(), 1), 0.5 / max((~malignant).sum(), 1))

    def cost(line: NDArray[np.float64]) -> float:
        odds = np.where(malignant, 1, -1) * (line[0] * logits + line[1])
        return float((weight * -special.log_expit(odds)).sum())

    slope, offset = optimize.minimize(cost, (1.0, 0.0), method="Nelder-Mead").x
    return round(float(slope), 4), round(float(offset), 4)
