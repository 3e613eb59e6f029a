"""Data sets, losses, one loop, and one recipe a model.

A model's row in `models` names its recipe: a file of `recipes/` with a dataclass `Settings` (what `--set` may change)
and a function `recipe(data, settings, split) -> Recipe`.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from napari_mammoseg.errors import InputError
from napari_mammoseg.models import MODELS


def recipe_of(name: str) -> ModuleType:
    """The module with the recipe for the model `name`. Raises InputError if there is none."""
    recipes = {each.name: each.recipe for each in MODELS.values() if each.recipe}
    if name not in recipes:
        raise InputError(name, "has no recipe", f"choose from {', '.join(recipes)}")
    return import_module(f"napari_mammoseg.training.recipes.{recipes[name]}")
