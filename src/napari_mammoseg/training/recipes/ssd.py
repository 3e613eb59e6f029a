"""How SSD256 is trained: the experiments A to E of Jin and Zheng 2019, and crops of every data set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import SGD, AdamW, Optimizer

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import InputError
from napari_mammoseg.models import Model
from napari_mammoseg.networks.ssd256 import VGG16, from_vgg16
from napari_mammoseg.settings import setting
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.engine.step import descent, one_player
from napari_mammoseg.training.masses import scores as mass_scores
from napari_mammoseg.training.masses.crops import Crop
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.papers.jin_zheng.experiments import EXPERIMENTS, Experiment
from napari_mammoseg.training.papers.jin_zheng.losses import losses
from napari_mammoseg.training.papers.jin_zheng.material import Material, crops_of_all, evenly, papers_pictures
from napari_mammoseg.training.papers.jin_zheng.pictures import SIDE
from napari_mammoseg.training.papers.jin_zheng.scores import precisions
from napari_mammoseg.training.papers.jin_zheng.targets import matched
from napari_mammoseg.training.recipes.masses import SHARES


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--set` may change."""

    experiment: str = setting("A", "Experiment of the paper; all: crops of every data set", choices=tuple(EXPERIMENTS))
    leak: bool = setting(False, "Split turned copies, not women: copies of a film both train and test, as in the paper")
    batch: int = setting(0, "Pictures per batch; 0: the experiment's", low=0, high=1024)
    batches: int = setting(0, "Batches per epoch; 0: the experiment's", low=0, high=100000)
    vgg16: str = setting("", "safetensors of ImageNet's VGG-16 for the trunk (ssd256 alone); empty: random weights")
    start: str = setting("", "Weights to start from (experiment E: those of A)")
    calibrated_on: int = setting(30, "Images held out, of each data set, that the scores are calibrated on", low=0)


def recipe(model: Model, data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets or weights to start from are missing."""
    experiment = EXPERIMENTS[settings.experiment]
    network = _started(model, settings)
    material = _material(model, data, experiment, settings, split)
    size = settings.batch or experiment.batch

    def batch(epoch: int, index: int, random: np.random.Generator) -> tuple[Tensor, Tensor, Tensor]:
        return _batch([material.draw(random) for _ in range(size)])

    return Recipe(
        model,
        one_player(network, optimiser(network, experiment, VGG16 if settings.vgg16 else ())),
        descent(losses, half=True, clip=10.0),
        batch,
        settings.batches or experiment.batches,
        experiment.epochs,
        scored_every=10,
        scores=lambda network: precisions(network, material.tests),
        rate=experiment.factor,
        held_out=frozenset(each.patient for each in material.held_out),
        facts=lambda network: _calibration(network, model, material.held_out, settings.calibrated_on),
    )


def _material(model: Model, data: Path, experiment: Experiment, settings: Settings, split: Split) -> Material:
    assert model.spacing_mm is not None
    if experiment.pictures == "all":
        return crops_of_all(data, SHARES, model.spacing_mm, split)
    return papers_pictures(data, experiment.pictures, model.spacing_mm, settings.leak, split)


def optimiser(network: nn.Module, experiment: Experiment, known: tuple[str, ...]) -> Optimizer:
    """The experiment's optimiser. known: prefixes of the names of layers that start from trained weights."""
    if not experiment.adam:
        return SGD(network.parameters(), lr=experiment.rate, momentum=0.9, weight_decay=5e-4)
    named = list(network.named_parameters())
    learned = [each for name, each in named if name.startswith(known)]
    new = [each for name, each in named if not name.startswith(known)]
    return AdamW([{"params": learned, "lr": experiment.rate / 10}, {"params": new, "lr": experiment.rate}])


def _started(model: Model, settings: Settings) -> nn.Module:
    from safetensors.torch import load_file

    network = model.build()
    for given in (settings.vgg16, settings.start):
        if given and not Path(given).is_file():
            raise InputError(given, "does not exist", "give a safetensors file")
    if settings.vgg16:
        network.load_state_dict(from_vgg16(load_file(settings.vgg16)), strict=False)
    if settings.start:
        network.load_state_dict({name: value.float() for name, value in load_file(settings.start).items()})
    placed: nn.Module = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return placed


def _calibration(network: nn.Module, model: Model, films: Sequence[MassFilm], count: int) -> dict[str, Any]:
    """The calibration of the scores, from at most `count` whole images of each data set."""
    sets = {name: [each for each in films if each.data_set == name] for name in SHARES}
    chosen = [film for each in sets.values() for film in evenly(each, count)]
    found = mass_scores.readings(chosen, mass_scores.finder(network, model))
    return mass_scores.calibration(found) if found else {}


def _batch(crops: Sequence[Crop]) -> tuple[Tensor, Tensor, Tensor]:
    """Pixels (n, 1, side, side), labels and offsets of the default boxes."""
    targets = [matched(each.boxes, each.labels, each.ignored, SIDE) for each in crops]
    pixels = torch.from_numpy(np.stack([each.pixels for each in crops]))[:, None]
    labels, offsets = (torch.from_numpy(np.stack(each)) for each in zip(*targets, strict=True))
    return pixels, labels, offsets
