"""Every network and plain method by name: the only place that knows names.

Adding a network is one file in `networks/` and one row in the file of its task in `rows/`; a test walks the rows.
"""

from __future__ import annotations

from itertools import chain
from pathlib import Path

from napari_mammoseg.errors import InputError
from napari_mammoseg.models.model import Model
from napari_mammoseg.models.rows import calcifications, classes, lesions, masses, outlines
from napari_mammoseg.models.weights import as_its_file_says, from_file


def find(name: str, task: str | None = None) -> Model:
    """The model called `name`, or the one that the safetensors file `name` describes.

    Raises InputError if there is none, the file is not one of this program's, or it does another task.
    """
    model = from_file(Path(name)) if name.endswith(".safetensors") else _from_table(name, task)
    if task is not None and model.task != task:
        raise InputError(model.name, f"does {model.task}, not {task}", f"choose from {', '.join(names(task))}")
    return model


def names(task: str | None = None) -> tuple[str, ...]:
    """The names of all models, or of those for one task, the default first."""
    return tuple(each.name for each in MODELS.values() if task in (None, each.task))


def _from_table(name: str, task: str | None) -> Model:
    if name not in MODELS:
        known = f"choose from {', '.join(names(task))}, or give a .safetensors file"
        raise InputError(name or "an empty name", "is not a model", known)
    return as_its_file_says(MODELS[name])


def _table(*rows: tuple[Model, ...]) -> dict[str, Model]:
    return {model.name: model for model in chain(*rows)}


MODELS = _table(calcifications.ROWS, masses.ROWS, classes.ROWS, outlines.ROWS, lesions.ROWS)
