"""Weights files: half-precision safetensors whose metadata says all that is needed to run them."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_mammoseg import files
from napari_mammoseg.errors import InputError
from napari_mammoseg.models import first_form
from napari_mammoseg.models.calibration import Calibration
from napari_mammoseg.models.described import check
from napari_mammoseg.models.model import Facts, Model

if TYPE_CHECKING:
    from torch import nn

LABEL = "mammoseg"
OF_THE_WEIGHTS = ("network", "arguments", "parameters", "spacing_mm", "halo", "multiple")
"""What a file says of its weights wins over the table."""
OF_THE_MODEL = ("name", "task", "summary", "recipe", "paper", "licence")


def save_weights(network: nn.Module, model: Model, path: Path, **facts: Any) -> None:
    """Writes the network's weights with `model` as their metadata; `facts` replace those fields of its Facts.

    Raises InputError for weights that are not finite, or do not stay so in half precision, before anything is written.
    """
    from safetensors.torch import save_file

    parameters = sum(each.numel() for each in network.parameters())
    model = replace(model, parameters=parameters, facts=replace(model.facts, **facts))
    tensors = {name: _half(name, value, model) for name, value in network.state_dict().items()}
    files.folder(path.parent)
    with files.atomic(path) as temporary:
        save_file(tensors, temporary, metadata={LABEL: json.dumps(_described(model))})


def from_file(path: Path) -> Model:
    """The model that a weights file describes. Raises InputError if the file is not one of this program's."""
    described = _read(path)
    return Model(**{**described, "facts": Facts(**described["facts"])}, weights=str(path.resolve()))


def as_its_file_says(model: Model) -> Model:
    """`model` of the table with what its weights file, where there is one, says of its weights."""
    if model.path is None:
        return model
    described = _read(model.path)
    own = {name: described[name] for name in OF_THE_WEIGHTS if name in described}
    return replace(model, **own, facts=replace(model.facts, **described["facts"]))


def _described(model: Model) -> dict[str, Any]:
    whole = asdict(model)
    return {name: whole[name] for name in (*OF_THE_MODEL, *OF_THE_WEIGHTS, "facts")}


def _read(path: Path) -> dict[str, Any]:
    """What `_described` wrote, `facts` as keyword arguments of Facts: plain JSON is read, nothing is executed."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            stored = json.loads(file.metadata()[LABEL])
        today = first_form.converted(stored) if "data" in stored else {**stored, "facts": _facts(stored["facts"])}
        check(today)
        return today
    except FileNotFoundError:
        raise InputError(path, "does not exist", "give a model's name or a .safetensors file") from None
    except (SafetensorError, LookupError, TypeError, ValueError, AttributeError, ArithmeticError, OSError):
        raise InputError(path, "is not a weights file of this program", "give one that mammoseg train wrote") from None


def _facts(stored: dict[str, Any]) -> dict[str, Any]:
    calibrations = {
        name: Calibration.of(stored[name]) for name in ("calibration", "image_score") if stored[name] is not None
    }
    return {**stored, **{name: tuple(stored.get(name, ())) for name in ("scales", "classes")}, **calibrations}


def _half(name: str, value: Any, model: Model) -> Any:
    """A tensor on the processor, in half precision where it is of floating point."""
    plain = value.detach().cpu().contiguous()
    if not plain.is_floating_point():
        return plain
    half = plain.half()
    if not half.isfinite().all():
        why = "too large for half precision" if plain.isfinite().all() else "not finite"
        raise InputError(model.name, f"has weights that are {why} ({name})", "train it again, at a lower rate")
    return half
