"""How SSD256 with separable convolutions is trained: experiment D of Jin and Zheng 2019 unless told otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.models import MODELS
from napari_mammoseg.settings import setting
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.recipes import ssd

MODEL = MODELS["ssd256-separable"]


@dataclass(frozen=True, slots=True)
class Settings(ssd.Settings):
    """What `--set` may change."""

    experiment: str = setting("D", "Of the paper, or all: crops of every data set", choices=tuple(ssd.EXPERIMENTS))


def recipe(data: Path, settings: Settings, split: Split) -> Recipe:
    """Raises InputError where data sets or weights to start from are missing."""
    return ssd.recipe(data, settings, split, MODEL)
