"""How `calcification-lite` is trained: insertions into normal tissue, tissue known to be free, what people marked.

Windows of five sorts in every step: with inserted calcifications and exact truth; of tissue that was searched, those
on which the network is most wrong; around INbreast's marked calcifications; mini-MIAS's circles; patches that people
sorted. Of circles, patches and marks by points only some pixels must be calcified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor, nn

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.models import Model
from napari_mammoseg.settings import setting
from napari_mammoseg.training.calcifications import packed
from napari_mammoseg.training.calcifications.losses import losses
from napari_mammoseg.training.calcifications.patches import Patches
from napari_mammoseg.training.calcifications.scores import patch_scores
from napari_mammoseg.training.calcifications.shown import Windows
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.engine.step import descent, one_player
from napari_mammoseg.training.recipes.fine_tuning import earlier

TISSUE = {"digital": 0.45, "film": 0.3, "field": 0.25}
"""Odds of the films that calcifications are put into."""
SEARCHED = {"digital": 0.3, "marked": 0.3, "film": 0.4}
CANDIDATES = 3
"""Windows of searched tissue that are looked at for each one that trains."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--set` may change."""

    start: str = setting("", "Weights of an earlier training to go on from")
    kept: float = setting(0.5, "Share of these weights in the mixture that is written", low=0, high=1)
    packed: str = setting("", "File of packed films, made if it is not there; empty: films are read anew")
    inserted: int = setting(6, "Windows with insertions per batch", low=1, high=4096)
    free: int = setting(4, "Windows of searched tissue per batch", low=1, high=4096)
    marked: int = setting(6, "Windows around marked calcifications per batch", low=1, high=4096)
    circled: int = setting(2, "Windows with circles per batch", low=0, high=4096)
    patches: int = setting(8, "Sorted patches per batch", low=0, high=4096)
    batches: int = setting(100, "Batches per epoch", low=1, high=100000)
    epochs: int = setting(40, "Epochs", low=1, high=10000)
    rate: float = setting(3e-3, "Learning rate", low=0, high=1)


def recipe(model: Model, data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets are missing."""
    films = packed.films(data, settings.packed)
    out = packed.held_out(films, split)
    training = [each for each in films if each.patient not in out]
    windows = Windows([each for each in training if each.sort not in ("patch", "none")])
    patches = Patches([each for each in training if each.sort == "patch"])
    unseen = Patches([each for each in films if each.sort == "patch" and each.patient in out])
    network = earlier(model, settings.start) if settings.start else model.build()
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def batch(epoch: int, index: int, random: Generator) -> dict[str, Mapping[str, Tensor]]:
        drawn = {
            "inserted": windows.drawn(TISSUE, settings.inserted, True, random),
            "candidates": windows.drawn(SEARCHED, CANDIDATES * settings.free, False, random),
            "marked": windows.drawn({"marked": 1.0}, settings.marked, False, random),
            "circled": windows.drawn({"circled": 1.0}, settings.circled, False, random),
            "patches": patches.drawn(settings.patches, random),
        }
        return {name: each for name, each in drawn.items() if each}

    def shown(network: nn.Module, batch: Mapping[str, Mapping[str, Tensor]]) -> dict[str, dict[str, Tensor]]:
        made = {name: windows.made(each) for name, each in batch.items() if name != "patches"}
        made["candidates"] = hardest(network, made["candidates"], settings.free)
        large = {name: torch.cat([each[name] for each in made.values()]) for name in made["inserted"]}
        return {"large": large} | ({"small": patches.made(dict(batch["patches"]))} if "patches" in batch else {})

    return Recipe(
        model,
        one_player(network, torch.optim.AdamW(network.parameters(), settings.rate, weight_decay=1e-3)),
        descent(lambda network, batch: losses(network, shown(network, batch)), clip=5.0),
        batch,
        settings.batches,
        settings.epochs,
        scored_every=5,
        scores=lambda network: patch_scores(network, unseen),
        rate=warm_then_falling,
        average=0.998,
        kept=settings.kept if settings.start else 0.0,
        held_out=out,
    )


def hardest(network: nn.Module, made: dict[str, Tensor], count: int) -> dict[str, Tensor]:
    """`count` windows: one half those with the highest false answers of the network, the other half any."""
    network.eval()
    with torch.no_grad():
        logits = network(made["contrast"])[:, 0]
    network.train()
    wrong = torch.where(made["calcified"] == 0, logits, -20.0).flatten(1).topk(4, dim=1).values.mean(dim=1)
    half = count // 2
    surest = half + wrong[half:].argsort(descending=True)[: count - half]
    order = torch.cat([torch.arange(half, device=wrong.device), surest])
    return {name: each[order] for name, each in made.items()}


def warm_then_falling(progress: float) -> float:
    """The first 3 % rising, then half a cosine down to 1 %."""
    return min((progress + 1e-3) / 0.03, max(0.01, 0.5 * (1 + float(np.cos(np.pi * progress)))))
