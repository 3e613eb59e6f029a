"""How the papers' classifiers are trained (Peterka 2020, section 5; Jin and Zheng 2019, section 4.1): their losses,
optimisers and augmentation, on the marked masses of four data sets and, for three classes, on healthy places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.kinds import CLASSES
from napari_mammoseg.models import Model
from napari_mammoseg.settings import setting
from napari_mammoseg.training.classes import report
from napari_mammoseg.training.classes.healthy import healthy_places
from napari_mammoseg.training.classes.losses import class_losses
from napari_mammoseg.training.classes.masses import SORTS, Mass, Views, of_known_sort
from napari_mammoseg.training.classes.placing import PLACINGS
from napari_mammoseg.training.classes.published import started
from napari_mammoseg.training.classes.scores import answers
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.engine.step import descent, one_player
from napari_mammoseg.training.masses import packed
from napari_mammoseg.training.masses.films import parted
from napari_mammoseg.training.recipes.classes import SHARES

OF_TRAINING = 150
"""So many of the masses that train are scored, too: how far they are learned by heart."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--set` may change; the rows of the models have their papers' values."""

    packed: str = setting("", "File of packed films, made if it is not there; empty: films are read anew")
    normal: bool = setting(False, "A third class: healthy places")
    augmentation: str = setting("none", "classical: Peterka's; full: ours", choices=tuple(PLACINGS))
    balanced: bool = setting(False, "Each class alike often, data sets by their shares; else each mass alike often")
    weighted: bool = setting(False, "Rarer classes weigh more in the loss")
    loss: str = setting("cross-entropy", "Of the classes", choices=("cross-entropy", "squared-error"))
    optimiser: str = setting("adam", "adam, or sgd without momentum", choices=("adam", "sgd"))
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
    leak: bool = setting(False, "Deal out masses, not women: views of one woman on both sides")


def recipe(model: Model, data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets or weights to start from are missing."""
    classes = CLASSES if settings.normal else SORTS
    facts = replace(model.facts, classes=classes)
    model = replace(model, arguments={**model.arguments, "classes": len(classes)}, facts=facts)
    network = started(model, settings.start, settings.imagenet, settings.head)
    training, unseen = _dealt(model, data, settings, split)
    side, context = model.facts.side, model.facts.context
    assert side is not None
    views = Views(training, SHARES if settings.balanced else None, side, context, classes, settings.augmentation)
    weights = _weights(training, classes) if settings.weighted else None
    known = training[:: max(1, len(training) // OF_TRAINING)]

    def losses(network: nn.Module, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        pictures = views.pictures(batch).expand(-1, model.facts.channels, -1, -1)
        each = None if weights is None else weights.to(pictures.device)
        return class_losses(network(pictures), batch["class"], settings.loss == "squared-error", each)

    def verdicts(network: nn.Module, masses: Sequence[Mass]) -> list[report.Verdict]:
        return report.verdicts(model, masses, answers(network, model, masses))

    def scores(network: nn.Module) -> dict[str, float]:
        return {"training accuracy": report.accuracy(verdicts(network, known))} | (
            report.figures(verdicts(network, unseen)) if unseen else {}
        )

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
        report=lambda network, out: report.write(verdicts(network, unseen), out) if unseen else None,
    )


def _dealt(model: Model, data: Path, settings: Settings, split: Split) -> tuple[list[Mass], list[Mass]]:
    """Those that train, and those held out."""
    assert model.spacing_mm is not None
    films = [each for each in packed.films(data, settings.packed, model.spacing_mm) if each.data_set in SHARES]
    masses = of_known_sort(films)
    if settings.normal:
        masses += healthy_places(films, masses, model.facts.context, split.seed)
    if settings.leak and split.folds > 1:
        order = np.random.default_rng(split.seed).permutation(len(masses))
        out = set(order[split.fold :: split.folds].tolist())
        return [e for i, e in enumerate(masses) if i not in out], [e for i, e in enumerate(masses) if i in out]
    _, unseen = parted(films, split)
    patients = {each.patient for each in unseen}
    return (
        [each for each in masses if each.film.patient not in patients],
        [each for each in masses if each.film.patient in patients],
    )


def _weights(masses: Sequence[Mass], classes: Sequence[str]) -> Tensor:
    """(classes,): each class counts as much as any other."""
    counts = [sum(each.label == name for each in masses) for name in classes]
    return torch.tensor([len(masses) / (len(classes) * max(count, 1)) for count in counts])


def _optimiser(network: nn.Module, settings: Settings) -> torch.optim.Optimizer:
    learned = [each for each in network.parameters() if each.requires_grad]
    if settings.optimiser == "sgd":
        return torch.optim.SGD(learned, lr=settings.rate)
    return torch.optim.Adam(learned, lr=settings.rate, betas=(0.9, 0.999), eps=1e-8)
