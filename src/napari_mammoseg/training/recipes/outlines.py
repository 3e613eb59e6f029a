"""How networks that outline all masses of a whole picture are trained: those of Cobos 2016 and Aung 2018.

What differs from network to network (loss, weights, preparation, size) is in its row of the table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from napari_mammoseg.data_sets.split import Split, held_out_of, part_of
from napari_mammoseg.data_sets.table import data_set, trained_on
from napari_mammoseg.inference.preparation import preparation
from napari_mammoseg.models import Model
from napari_mammoseg.networks.efficientnet_lite import EfficientNetLite0, from_imagenet
from napari_mammoseg.networks.mask_rcnn import MaskRCNN
from napari_mammoseg.networks.mlp_circle import MLPCircle
from napari_mammoseg.settings import setting
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.engine.step import descent, one_player
from napari_mammoseg.training.outlines import instances
from napari_mammoseg.training.outlines.circles import CIRCLE_LOSSES, circle_of
from napari_mammoseg.training.outlines.losses import LOSSES
from napari_mammoseg.training.outlines.pictures import Album, Picture, Shown, picture_of
from napari_mammoseg.training.outlines.whole_scores import levels, table, thresholds
from napari_mammoseg.training.recipes.fine_tuning import published

BETAS, EPSILON = (0.9, 0.995), 1e-6
"""Adam's parameters, as in Cobos' code."""
INSTANCES = "mask-rcnn"
CODED: Mapping[str, Mapping[str, Any]] = {
    "mlp-circle": {"relu": True},
    "shallow-cnn": {"third": 4},
    "patch-classifier": {"dense": True},
}
"""Arguments of the networks that differ between the code of Aung 2018 and the paper or ours."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--set` may change."""

    loss: str = setting("cobos", "Loss", choices=(*LOSSES, *CIRCLE_LOSSES, INSTANCES))
    side: int = setting(0, "Pixels of a picture's side (networks of Aung); 0: the network's own", low=0, high=4096)
    coded: bool = setting(False, "The network as the code of Aung et al has it")
    batch: int = setting(1, "Pictures per step", low=1, high=64)
    batches: int = setting(200, "Steps per epoch", low=1, high=100000)
    epochs: int = setting(50, "Epochs", low=1, high=10000)
    rate: float = setting(1e-4, "Learning rate", low=0, high=1, searched=(0.03, 30))
    weight_decay: float = setting(5e-4, "Decay of the weights (L2)", low=0, high=1, searched=(0.03, 30))
    large: float = setting(0.0, "Large masses are shown more often: by their area to this power", low=0, high=2)
    share: float = setting(1.0, "Share of the women of each data set who train", low=0.01, high=1)
    imagenet: str = setting("", "The .pth of EfficientNet-Lite0 (Mask R-CNN); empty: looked for near --data")


def recipe(
    model: Model, data: Path, settings: Settings, split: Split, material: Sequence[Picture] | None = None
) -> Recipe:
    """One part of the women is held out for the scores, the next for the threshold; with 1 fold all of them train.

    material: the pictures, where they were read before. Raises InputError where a data set, or ImageNet's weights for
    Mask R-CNN, are missing.
    """
    pictures = material_of(model, data, settings) if material is None else material
    model = as_set(model, settings)
    network = model.build()
    if isinstance(trunk := getattr(network, "trunk", None), EfficientNetLite0):
        trunk.load_state_dict(from_imagenet(published(data, settings.imagenet)))
    return of_pictures(model, network, pictures, settings, split)


def material_of(model: Model, data: Path, settings: Settings) -> list[Picture]:
    """Every picture of the data sets as the network sees it."""
    see = preparation(as_set(model, settings))
    found = [(name, each) for name in trained_on("segment") for each in data_set(name).samples(data)]
    return [picture_of(name, each.name, each.patient, each.read(), see) for name, each in found]


def as_set(model: Model, settings: Settings) -> Model:
    """The model's row with the picture side and the form of the network from the settings."""
    arguments = {**model.arguments, **(CODED.get(model.name, {}) if settings.coded else {})}
    side = settings.side or model.facts.side
    if "side" in arguments or arguments.get("dense"):
        arguments["side"] = side or 1024
    return replace(model, arguments=arguments, facts=replace(model.facts, side=side))


def of_pictures(
    model: Model, network: nn.Module, pictures: Sequence[Picture], settings: Settings, split: Split
) -> Recipe:
    """The recipe for these pictures."""
    training, validation, tests = dealt(pictures, split)
    training = thinned(training, settings.share)
    album, odds = Album(training), shown_often(training, settings.large)

    def batch(epoch: int, index: int, random: np.random.Generator) -> Tensor:
        which = random.choice(len(training), settings.batch, p=odds)
        return torch.from_numpy(np.stack([which, random.integers(0, 8, settings.batch)], axis=1))

    def losses(network: nn.Module, batch: Tensor) -> Mapping[str, Tensor]:
        each = [losses_of(network, album.show(i, way, batch.device), settings.loss) for i, way in batch.tolist()]
        return {name: torch.stack([parts[name] for parts in each]).mean() for name in each[0]}

    def chosen(network: nn.Module) -> dict[str, float]:
        return thresholds(levels(network, validation)) if validation else {}

    return Recipe(
        model,
        one_player(
            network, torch.optim.Adam(network.parameters(), settings.rate, BETAS, EPSILON, settings.weight_decay)
        ),
        descent(losses, clip=5.0),
        batch,
        settings.batches,
        settings.epochs,
        scores=lambda network: table(levels(network, tests), chosen(network)) if tests else {},
        scored_every=10,
        rate=falling,
        held_out=frozenset(each.patient for each in (*validation, *tests)),
        facts=lambda network: {"thresholds": chosen(network)},
        searched_by="mean dice by iou",
    )


def losses_of(network: nn.Module, shown: Shown, name: str) -> Mapping[str, Tensor]:
    """The parts of the loss of one picture, by the loss's name."""
    if isinstance(network, MaskRCNN):
        return instances.losses(network, shown)
    if isinstance(network, MLPCircle):
        return {name: CIRCLE_LOSSES[name](network.circle(shown.values), circle_of(shown))}
    return {name: LOSSES[name](network(shown.values), shown.truth, shown.inside)}


def dealt(pictures: Sequence[Picture], split: Split) -> tuple[list[Picture], list[Picture], list[Picture]]:
    """The pictures that train, choose the threshold and are scored: 60, 20 and 20 % with 5 folds.

    With 2 folds the same pictures choose and are scored; with 1 all train.
    """
    sets = sorted({each.data_set for each in pictures})
    women = [{each.patient for each in pictures if each.data_set == name} for name in sets]
    after = split if split.folds < 3 else replace(split, fold=(split.fold + 1) % split.folds)
    scored, choosing = held_out_of(women, split), held_out_of(women, after)
    training = [each for each in pictures if each.patient not in scored | choosing]
    validation, tests = ([each for each in pictures if each.patient in part] for part in (choosing, scored))
    return training, validation, tests


def thinned(pictures: Sequence[Picture], share: float) -> list[Picture]:
    """The pictures of a share of the women of each data set."""
    sets = sorted({each.data_set for each in pictures})
    women = part_of(({each.patient for each in pictures if each.data_set == name} for name in sets), share)
    return [each for each in pictures if each.patient in women]


def shown_often(pictures: Sequence[Picture], power: float) -> NDArray[np.float64]:
    """The chance of each picture to be shown: by the share of it that is mass, to a power."""
    shares = np.array([max(float((each.masses > 0).mean()), 1e-6) for each in pictures]) ** power
    return np.asarray(shares / shares.sum())


def falling(progress: float) -> float:
    """The factor on the learning rate: a tenth after 30 of 50 epochs, a hundredth after 40 (Cobos)."""
    return 1.0 if progress < 0.6 else 0.1 if progress < 0.8 else 0.01
