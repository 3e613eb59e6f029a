"""How the networks of Valvano 2018 are trained (section 2.4): Detector and Segmentator, told apart by their classes."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.models import Model
from napari_mammoseg.settings import setting
from napari_mammoseg.training.engine.recipe import Batch, Recipe
from napari_mammoseg.training.engine.step import descent, one_player
from napari_mammoseg.training.papers.valvano.patches import store_in, unseen
from napari_mammoseg.training.papers.valvano.report import write_report
from napari_mammoseg.training.papers.valvano.scores import as_input, table_rows, validation_scores

POSITIVES = {"patch": (1, 2, 3), "pixel": (1,)}
NEGATIVES = {"patch": (4,), "pixel": (2, 3, 4)}
"""Classes of patches, by what the network is asked for."""
RATE = 1e-3
PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """What the paper varied, and where the patches are kept."""

    asked: str = setting(
        "pixel",
        "patch: is anything in it calcified (Detector); pixel: is its centre (Segmentator)",
        choices=("patch", "pixel"),
    )
    size: int = setting(49, "Side of a patch in pixels; the paper tried 29, 39 and 49", low=29, high=49)
    padding: str = setting("same", "Padding of the convolutions", choices=("same", "valid"))
    batch: int = setting(256, "Patches per batch", low=2, high=4096)
    batches: int = setting(40, "Batches per epoch", low=1, high=100000)
    epochs: int = setting(20, "Epochs at most", low=1, high=10000)
    windows: int = setting(2400, "Windows of tissue that the patches are cut from", low=12, high=1000000)
    store: str = setting("", "Folder in which patches are kept for further trainings; empty: a temporary one")


def recipe(model: Model, data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets are missing."""
    arguments = {"size": settings.size, "padding": settings.padding}
    model = replace(model, arguments=arguments, weights=None, facts=replace(model.facts, side=settings.size))
    positives, negatives = POSITIVES[settings.asked], NEGATIVES[settings.asked]
    network = model.build()
    folder = Path(settings.store or tempfile.mkdtemp(prefix="mammoseg-patches-"))
    store = store_in(folder, data, settings.size, settings.windows, split)
    drawn = store.drawer("train", positives, negatives)

    def batch(epoch: int, index: int, rng: Generator) -> Batch:
        patches, targets = drawn(settings.batch, rng)
        return as_input(patches), torch.from_numpy(targets)

    return Recipe(
        model,
        one_player(network, torch.optim.Adam(network.parameters(), RATE)),
        descent(losses),
        batch,
        settings.batches,
        settings.epochs,
        scores=partial(validation_scores, store=store, positives=positives),
        watch="validation_accuracy",
        reaction=halved_on_plateau,
        facts=partial(table_rows, store=store, positives=positives, data=data, split=split),
        report=partial(write_report, model=model, store=store, positives=positives),
        held_out=unseen(data, split),
    )


def losses(network: nn.Module, batch: Batch) -> dict[str, Tensor]:
    """Cross-entropy of patches (n, 1, size, size) that are calcified (1) or not (0): (n,)."""
    patches, targets = batch
    return {"cross_entropy": functional.cross_entropy(network(patches), targets)}


def halved_on_plateau(watched: Sequence[float]) -> float:
    """Half the rate after each PATIENCE epochs without a better score (section 2.4); 0 after the third such time."""
    factor, since, best = 1.0, 0, -np.inf
    for score in watched:
        since = 0 if score > best else since + 1
        best = max(best, score)
        if since == PATIENCE:
            factor, since = factor / 2, 0
    return 0.0 if factor < 0.25 else factor
