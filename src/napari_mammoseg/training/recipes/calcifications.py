"""How `calcification-lite` is trained: insertions into normal tissue, normal tissue, places where people saw clusters.

Windows of four sorts in every step: with inserted calcifications and exact truth; of tissue known to be free, half of
them where the plain method is fooled; boxes and circles that people drew; patches that people sorted. Of the last two
only some pixels must be calcified. A second training, with the first one's weights given, shows normal tissue where
these were fooled, and takes their best marks in INbreast's images with undrawn calcifications for some.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.models import Model
from napari_mammoseg.run import Run
from napari_mammoseg.settings import setting
from napari_mammoseg.training.calcifications.films import Material, material
from napari_mammoseg.training.calcifications.losses import losses
from napari_mammoseg.training.calcifications.scores import patch_scores
from napari_mammoseg.training.calcifications.search import search_by
from napari_mammoseg.training.calcifications.windows import Window
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.engine.step import descent, one_player

T = TypeVar("T")

PATCH = 64
SHARES = (0.45, 0.3, 0.25)
"""Of digital images, films at 0.2 mm and film fields at 0.085 mm among the tissue."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `--set` may change."""

    inserted: int = setting(6, "Windows with insertions a batch", low=1, high=512)
    free: int = setting(4, "Windows of free tissue a batch", low=1, high=512)
    places: int = setting(4, "Boxes and circles a batch", low=0, high=512)
    patches: int = setting(12, "Sorted patches a batch", low=0, high=512)
    first: str = setting("", "Weights of an earlier training, whose errors on normal tissue are shown again")
    suspected: int = setting(2, "Places a batch where these weights see undrawn calcifications", low=0, high=512)
    batches: int = setting(100, "Batches an epoch", low=1, high=100000)
    epochs: int = setting(30, "Epochs", low=1, high=10000)
    rate: float = setting(3e-3, "Learning rate", low=0, high=1)


def recipe(model: Model, data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets are missing."""
    found = material(data, split, search_by(settings.first, Run("cpu")) if settings.first else None)
    network = model.build().to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def batch(epoch: int, index: int, random: Generator) -> dict[str, dict[str, Tensor]]:
        marked = [found.places] * settings.places + [found.suspected] * (settings.suspected if found.suspected else 0)
        large = _tissue(found, settings, random) + [_one(each, random).draw(random) for each in marked]
        sorts = found.calcified_patches, found.free_patches
        small = [_one(sorts[k % 2], random).draw(random, PATCH) for k in range(settings.patches)]
        return {name: stacked(part) for name, part in (("large", large), ("small", small)) if part}

    return Recipe(
        model,
        one_player(network, torch.optim.AdamW(network.parameters(), settings.rate, weight_decay=1e-3)),
        descent(losses, clip=5.0),
        batch,
        settings.batches,
        settings.epochs,
        scores=lambda network: patch_scores(network, found.unseen_patches, PATCH),
        rate=warm_then_falling,
        average=0.995,
        held_out=found.held_out,
    )


def warm_then_falling(progress: float) -> float:
    """The first 3 % rising, then half a cosine down to 1 %."""
    return min((progress + 1e-3) / 0.03, max(0.01, 0.5 * (1 + float(np.cos(np.pi * progress)))))


def _tissue(found: Material, settings: Settings, random: Generator) -> list[Window]:
    windows = []
    for index in range(settings.inserted + settings.free):
        images = found.tissue[random.choice(len(found.tissue), p=SHARES)]
        windows.append(_one(images, random).draw(random, index < settings.inserted))
    return windows


def _one(choices: Sequence[T], random: Generator) -> T:
    return choices[int(random.integers(len(choices)))]


def stacked(windows: Sequence[Window]) -> dict[str, Tensor]:
    """The windows as one tensor per field; `bag` is all False for windows that are not bags."""
    empty = np.zeros(windows[0].contrast.shape, bool)
    return {
        "contrast": torch.from_numpy(np.stack([each.contrast for each in windows]))[:, None],
        "calcified": torch.from_numpy(np.stack([each.calcified for each in windows])),
        "region": torch.from_numpy(np.stack([each.region for each in windows])),
        "bag": torch.from_numpy(np.stack([empty if each.bag is None else each.bag for each in windows])),
    }
