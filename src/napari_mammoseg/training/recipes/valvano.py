"""How the networks of Valvano 2018 are trained (section 2.4) and scored by class (section 3, table 1)."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.models import MODELS
from napari_mammoseg.networks.valvano import Valvano
from napari_mammoseg.settings import setting
from napari_mammoseg.training.engine.recipe import Batch, Recipe
from napari_mammoseg.training.papers.valvano.dense import dense_errors
from napari_mammoseg.training.papers.valvano.patches import fill, unseen
from napari_mammoseg.training.papers.valvano.report import write_report
from napari_mammoseg.training.papers.valvano.store import PatchStore
from napari_mammoseg.training.papers.valvano.table import CLASSES, accuracy, mixes, row_of

BATCH = 256
BATCHES = 40
EPOCHS = 20
RATE = 1e-3
PATIENCE = 3


@dataclass(frozen=True, slots=True)
class Settings:
    """What the paper varied, and where the patches are kept."""

    size: int = setting(49, "Side of a patch in pixels; the paper tried 29, 39 and 49", low=29, high=49)
    padding: str = setting("same", "Convolutions", choices=("same", "valid"))
    store: str = setting("", "Folder in which patches are kept for further trainings; empty: a temporary one")


def recipe(
    name: str, positives: tuple[int, ...], negatives: tuple[int, ...], data: Path, settings: Settings, split: Split
) -> Recipe:
    """The training of the model `name`, for which patches of the classes `positives` are positive."""
    arguments = {"size": settings.size, "padding": settings.padding}
    row = MODELS[name]
    model = replace(row, arguments=arguments, weights=None, facts=replace(row.facts, side=settings.size))
    network = model.build()
    folder = Path(settings.store or tempfile.mkdtemp(prefix="mammoseg-patches-"))
    folder.mkdir(parents=True, exist_ok=True)
    name_of_store = f"patches-{settings.size}-{split.folds}-{split.fold}-{split.seed}.sqlite"
    store = fill(folder / name_of_store, data, settings.size, split)
    drawn = store.drawer("train", positives, negatives)

    def batch(epoch: int, index: int, rng: Generator) -> Batch:
        patches, targets = drawn(BATCH, rng)
        return as_input(patches), torch.from_numpy(targets)

    return Recipe(
        model=model,
        network=network,
        optimiser=torch.optim.Adam(network.parameters(), RATE),
        batch=batch,
        batches=BATCHES,
        losses=_losses,
        epochs=EPOCHS,
        scores=partial(_scores, store=store, positives=positives),
        watch="validation_accuracy",
        reaction=halved_on_plateau,
        facts=partial(_facts, store=store, positives=positives, data=data, split=split),
        report=partial(write_report, model=model, store=store, positives=positives),
        held_out=unseen(data, split),
    )


def as_input(patches: np.ndarray) -> Tensor:
    """Stored patches (n, size, size) as the network takes them, (n, 1, size, size) in 0…1."""
    return torch.from_numpy(patches[:, None].astype(np.float32) / 255)


def halved_on_plateau(watched: Sequence[float]) -> float:
    """Half the rate after each PATIENCE epochs without a better score (section 2.4); 0 after the third such time."""
    factor, since, best = 1.0, 0, -np.inf
    for score in watched:
        since = 0 if score > best else since + 1
        best = max(best, score)
        if since == PATIENCE:
            factor, since = factor / 2, 0
    return 0.0 if factor < 0.25 else factor


def error_rates(network: nn.Module, store: PatchStore, part: Any, positives: tuple[int, ...]) -> dict[int, float]:
    """Per cent of the part's patches of each class that are told wrongly."""
    network.eval()
    return {
        number: float(100 * np.mean(_answers(network, store.all_of(part, number)) != (number in positives)))
        for number in CLASSES
    }


def _answers(network: nn.Module, patches: np.ndarray) -> np.ndarray:
    with torch.inference_mode():
        parts = [network(as_input(patches[start : start + 512])) for start in range(0, len(patches), 512)]
    return torch.cat(parts).argmax(dim=1).numpy().astype(bool)


def _losses(network: nn.Module, batch: Batch) -> dict[str, Tensor]:
    patches, targets = batch
    return {"cross_entropy": functional.cross_entropy(network(patches), targets)}


def _scores(network: nn.Module, store: PatchStore, positives: tuple[int, ...]) -> dict[str, float]:
    errors = error_rates(network, store, "validation", positives)
    return {"validation_accuracy": accuracy(errors, mixes(positives)["balanced"])} | {
        f"validation_error_c{number}": value for number, value in errors.items()
    }


def _facts(
    network: nn.Module, store: PatchStore, positives: tuple[int, ...], data: Path, split: Split
) -> dict[str, Any]:
    """Rows of table 1, from women who neither train nor validate: by patches, and densely on whole windows."""
    assert isinstance(network, Valvano)
    by_patch = row_of(error_rates(network, store, "test", positives), positives)
    windows = {how: row_of(errors, positives) for how, errors in dense_errors(network, data, split, positives).items()}
    scores = {"table 1": by_patch} | {f"table 1, {how}": row for how, row in windows.items()}
    return {"scores": scores | {"test patches": store.count("test")}}
