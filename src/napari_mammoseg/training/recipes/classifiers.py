"""How the papers' classifiers are trained (Peterka 2020, section 5; Jin and Zheng 2019, section 4.1): their losses,
optimisers and augmentation, on the marked masses of four data sets and, for three classes, on healthy places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.kinds import CLASSES
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.masses.classes import probabilities
from napari_mammoseg.settings import setting
from napari_mammoseg.training.classes import report
from napari_mammoseg.training.classes.dealing import Dealt, class_weights, dealt
from napari_mammoseg.training.classes.losses import class_losses
from napari_mammoseg.training.classes.masses import SORTS, Mass, Views
from napari_mammoseg.training.classes.placing import PLACINGS
from napari_mammoseg.training.classes.published import started
from napari_mammoseg.training.classes.scores import answers
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.engine.step import descent, one_player
from napari_mammoseg.training.masses.films import mass_films
from napari_mammoseg.training.papers.jin_zheng import patches
from napari_mammoseg.training.recipes.classes import SHARES

OF_TRAINING = 100
"""So many of the masses that train are scored, too, which shows how far they are learned by heart."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--set` may change; the rows of the models have their papers' values."""

    pictures: str = setting("masses", "patches: of MIAS, as Jin and Zheng cut them", choices=("masses", "patches"))
    packed: str = setting("", "File of packed films, made if it is not there; empty: films are read anew")
    normal: bool = setting(False, "A third class: healthy places")
    augmentation: str = setting("none", "Augmentation. classical: Peterka's; full: ours", choices=tuple(PLACINGS))
    balanced: bool = setting(False, "Each class equally often, data sets by their shares; else each picture so")
    weighted: bool = setting(False, "Rarer classes weigh more in the loss")
    loss: str = setting("cross-entropy", "Loss of the classes", choices=("cross-entropy", "squared-error"))
    optimiser: str = setting("adam", "Optimiser; sgd has no momentum", choices=("adam", "sgd"))
    rate: float = setting(1e-3, "Learning rate", low=0, high=1)
    fall: float = setting(1.0, "Factor on the rate after every 30 epochs", low=0, high=1)
    batch: int = setting(32, "Pictures per batch", low=1, high=1024)
    batches: int = setting(50, "Batches per epoch", low=1, high=100000)
    epochs: int = setting(50, "Epochs", low=1, high=10000)
    scored_every: int = setting(10, "Epochs between two scores", low=1, high=10000)
    start: str = setting("", "Weights of an earlier training to go on from")
    imagenet: str = setting(
        "", "ImageNet's weights under torchvision's names (resnet50, vgg16-128): .safetensors, .pth"
    )
    head: bool = setting(False, "Only the dense layers learn")
    leak: bool = setting(False, "Split pictures, not women: views of one woman or copies of a patch train and test")


def recipe(model: Model, data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets or weights to start from are missing."""
    model = _asked_for(model, settings)
    network = started(model, settings.start, settings.imagenet, settings.head)
    training, unseen = _dealt(model, data, settings, split)
    side, context = model.facts.side, model.facts.context
    assert side is not None
    views = Views(
        training, SHARES if settings.balanced else None, side, context, model.facts.classes, settings.augmentation
    )
    weights = class_weights(training, model.facts.classes) if settings.weighted else None
    known = training[:: max(1, len(training) // OF_TRAINING)]

    def losses(network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        pictures = views.pictures(batch).expand(-1, model.facts.channels, -1, -1)
        each = None if weights is None else weights.to(pictures.device)
        return class_losses(network(pictures), batch["class"], settings.loss == "squared-error", each)

    def said(network: nn.Module, masses: Sequence[Mass]) -> NDArray[np.float64]:
        return probabilities(model, answers(network, model, masses))

    def scores(network: nn.Module) -> dict[str, float]:
        by_heart = report.accuracy(report.given(known, said(network, known))[report.ALL])
        return {"training accuracy": by_heart} | (report.figures(unseen, said(network, unseen)) if unseen else {})

    return Recipe(
        model,
        one_player(network, _optimiser(network, settings)),
        descent(losses, half=True, clip=10.0),
        lambda epoch, index, random: views.drawn(settings.batch, random),
        settings.batches,
        settings.epochs,
        scored_every=settings.scored_every,
        scores=scores,
        rate=lambda progress: settings.fall ** int(progress * settings.epochs / 30),
        held_out=frozenset() if settings.leak else frozenset(each.film.patient for each in unseen),
        report=lambda network, out: report.write(unseen, said(network, unseen), out) if unseen else None,
    )


def _asked_for(model: Model, settings: Settings) -> Model:
    """The model with the classes and the pictures of the settings."""
    classes = CLASSES if settings.normal else SORTS
    facts = replace(model.facts, classes=classes)
    model = replace(model, arguments={**model.arguments, "classes": len(classes)}, facts=facts)
    if settings.pictures == "masses":
        return model
    return replace(model, facts=replace(facts, context=1.0), spacing_mm=patches.SPACING_MM)


def _dealt(model: Model, data: Path, settings: Settings, split: Split) -> Dealt:
    if settings.pictures == "masses":
        return dealt(model, data, settings.packed, SHARES, settings.leak, split)
    films = mass_films(data, patches.SPACING_MM, split, ("mias",))
    leaked = 1 / split.folds if settings.leak and split.folds > 1 else 0.0
    both = patches.dealt_patches(*films, settings.balanced, leaked, split.seed)
    training, unseen = ([each for each in part if each.label in model.facts.classes] for part in both)
    return training, unseen


def _optimiser(network: nn.Module, settings: Settings) -> torch.optim.Optimizer:
    learned = [each for each in network.parameters() if each.requires_grad]
    if settings.optimiser == "sgd":
        return torch.optim.SGD(learned, lr=settings.rate)
    return torch.optim.Adam(learned, lr=settings.rate, betas=(0.9, 0.999), eps=1e-8)
