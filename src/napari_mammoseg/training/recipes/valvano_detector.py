"""Valvano 2018, Detector: does the patch hold a microcalcification (section 2.1)?"""

from __future__ import annotations

from pathlib import Path

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.training.engine.recipe import Recipe
from napari_mammoseg.training.recipes import valvano
from napari_mammoseg.training.recipes.valvano import Settings

__all__ = ["Settings", "recipe"]


def recipe(data: Path, settings: Settings, split: Split) -> Recipe:
    return valvano.recipe("valvano-detector", (1, 2, 3), (4,), data, settings, split)
