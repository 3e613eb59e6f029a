"""How networks that see one boxed mass are trained: on outlined masses, and on some whose box alone is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from napari_mammoseg.data_sets.held_out import patients_held_out
from napari_mammoseg.data_sets.split import Split, part_of
from napari_mammoseg.data_sets.table import data_set, trained_on
from napari_mammoseg.models import Model
from napari_mammoseg.settings import setting
from napari_mammoseg.training.engine.layout import laid_out
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.engine.step import descent, one_player
from napari_mammoseg.training.outlines.crops import Crop, by_set, crops_of
from napari_mammoseg.training.outlines.losses import box_alone, combined
from napari_mammoseg.training.outlines.scores import in_loose_boxes, of_sets, thresholds
from napari_mammoseg.training.outlines.views import Held, Views, drawn, views
from napari_mammoseg.training.recipes.fine_tuning import FineTuning, optimiser, started, warm_flat_falling

BOXED = "cbis-mass-films"
"""Data sets of masses whose box alone is known: none of these women is held out."""
SHARES = {"infn-outlines": 0.36, "mias-outlines": 0.16, "cesm-outlines": 0.27, "inbreast-outlines": 0.21}


@dataclass(frozen=True, slots=True)
class Settings(FineTuning):
    """What `--set` may change."""

    batch: int = setting(16, "Masses per batch", low=1, high=1024)
    epochs: int = setting(20, "Epochs", low=1, high=10000)
    trunk_rate: float = setting(5e-4, "Learning rate of the trunk", low=0, high=1, searched=(0.1, 10))
    boxed: float = setting(0.12, "Share of masses of which only the box is known", low=0, high=0.9)
    weight: float = setting(0.5, "Weight of the loss of these masses", low=0, high=10)
    share: float = setting(1.0, "Share of the women of each data set who train", low=0.01, high=1)
    half: bool = setting(True, "In bfloat16: faster on graphics cards and on processors that know it, slower elsewhere")


def recipe(
    model: Model, data: Path, settings: Settings, split: Split, material: Sequence[Crop] | None = None
) -> Recipe:
    """Raises InputError where data sets or ImageNet's weights are missing. material: crops that were read before."""
    network = started(model, data, settings)
    out = patients_held_out("segment", data, split)
    crops = material_of(model, data, settings) if material is None else material
    training = [each for each in crops if each.patient not in out]
    women = part_of(
        ({training[place].patient for place in places} for places in by_set(training).values()), settings.share
    )
    training = [each for each in training if each.patient in women]
    return of_crops(model, network, training, [each for each in crops if each.patient in out], settings)


def material_of(model: Model, data: Path, settings: Settings) -> list[Crop]:
    """Every mass of the data sets."""
    names = (*trained_on("segment"), *([BOXED] if settings.boxed else []))
    samples = [(name, each) for name in names for each in data_set(name).samples(data)]
    return [crop for name, each in samples for crop in crops_of(name, each.name, each.patient, each.read())]


def of_crops(
    model: Model, network: nn.Module, training: Sequence[Crop], tests: Sequence[Crop], settings: Settings
) -> Recipe:
    """The recipe for these crops."""
    held, odds = Held.of(training), chances(training, settings.boxed)
    size, context = model.facts.side, model.facts.context
    assert size is not None

    def batch(epoch: int, index: int, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        which = random.choice(len(training), settings.batch, p=odds)
        return torch.from_numpy(which), torch.from_numpy(drawn(random, settings.batch))

    def losses(network: nn.Module, batch: tuple[Tensor, Tensor]) -> Mapping[str, Tensor]:
        which, numbers = batch
        with torch.autocast(which.device.type, enabled=False):
            seen = views(held.on(which.device), which, numbers, size, context)
        return losses_of(network(laid_out(seen.inputs)), seen, settings.weight)

    def scores(network: nn.Module) -> Mapping[str, float]:
        return of_sets(in_loose_boxes(network, tests, size, context), tests) if tests else {}

    return Recipe(
        model,
        one_player(network, optimiser(network, settings.trunk_rate, settings.rate)),
        descent(losses, half=settings.half, clip=5.0),
        batch,
        settings.batches,
        settings.epochs,
        scores=scores,
        searched_by="mean Dice",
        scored_every=5,
        rate=warm_flat_falling,
        average=0.995,
        facts=lambda network: (
            {"thresholds": thresholds(in_loose_boxes(network, tests, size, context))} if tests else {}
        ),
        held_out=frozenset(each.patient for each in tests),
    )


def chances(crops: Sequence[Crop], boxed: float) -> NDArray[np.float64]:
    """How often each crop is drawn: each data set by its share, whatever its size."""
    shares = {name: (1 - boxed) * share for name, share in SHARES.items()} | {BOXED: boxed}
    odds = np.zeros(len(crops))
    for name, places in by_set(crops).items():
        odds[places] = shares[name] / len(places)
    return odds / odds.sum()


def losses_of(logits: Tensor, seen: Views, weight: float) -> Mapping[str, Tensor]:
    """The losses of outlined masses and of those whose box alone is known; 0 where the batch has none."""
    known, nothing = seen.known, logits.sum() * 0
    truth = seen.masks[known][:, None]
    return {
        "outline": combined(logits[known], truth, torch.ones_like(truth)) if known.any() else nothing,
        "box": nothing if known.all() else weight * box_alone(logits[~known], seen.tight[~known]),
    }
