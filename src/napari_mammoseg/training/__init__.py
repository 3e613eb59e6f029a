"""How networks are trained: one engine, the films, windows, losses and scores of each task, one recipe per family.

A model's row in `models` names its recipe: a file of `recipes/` with a dataclass `Settings` (what `--set` may change)
and a function `recipe(model, data, settings, split) -> Recipe`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from napari_mammoseg import settings as declarations
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import InputError
from napari_mammoseg.models import MODELS, Model

if TYPE_CHECKING:
    from napari_mammoseg.training.engine.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Training:
    """A model, the module with its recipe, and the recipe's settings."""

    model: Model
    module: ModuleType
    settings: Any

    def recipe(self, data: Path, split: Split, material: Any = None) -> Recipe:
        """The recipe on the data sets in `data`. Raises InputError where data or weights to start from are missing.

        material: what `material` returned for another training, if only learning rates and the like differ.
        """
        read = {} if material is None else {"material": material}
        made: Recipe = self.module.recipe(self.model, data, self.settings, split, **read)
        return made

    def material(self, data: Path) -> Any:
        """What the recipe reads of the data sets, for several trainings; None where each has to read for itself."""
        read = getattr(self.module, "material_of", None)
        return None if read is None else read(self.model, data, self.settings)


def training_of(name: str, pairs: Sequence[str] = ()) -> Training:
    """The training of the model `name`; `pairs` are settings as `KEY=VALUE`; they count more than those
    of the model's row.

    Raises InputError where there is no such model, it has no recipe, or a setting is not allowed.
    """
    trained = [each.name for each in MODELS.values() if each.recipe]
    if name not in trained:
        raise InputError(name, "has no recipe", f"choose from {', '.join(trained)}")
    model = MODELS[name]
    module = import_module(f"napari_mammoseg.training.recipes.{model.recipe}")
    values = {**model.recipe_settings, **declarations.parse(module.Settings, pairs)}
    return Training(model, module, declarations.build(module.Settings, values))
