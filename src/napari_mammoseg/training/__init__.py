"""Data sets, losses, one loop, and one recipe a model.

The table says which recipe trains which model: a file of `recipes/` with a dataclass `Settings` (what `--set` may
change) and a function `recipe(data, settings, split) -> Recipe`.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

from napari_mammoseg.errors import InputError

RECIPES: Mapping[str, str] = {
    "calcification-lite": "calcifications",
    "mass-finder": "masses",
    "mass-classifier": "classes",
    "ssd256": "ssd",
    "ssd256-separable": "ssd256_separable",
    "valvano-detector": "valvano_detector",
    "valvano-segmentator": "valvano_segmentator",
}
"""Model -> file in `recipes/`."""


def recipe_of(name: str) -> ModuleType:
    """The module with the recipe for the model `name`. Raises InputError if there is none."""
    if name not in RECIPES:
        raise InputError(name, "has no recipe", f"choose from {', '.join(RECIPES)}")
    return import_module(f"napari_mammoseg.training.recipes.{RECIPES[name]}")
