"""The whole state of a training in one safetensors file: tensors by name, the rest as JSON; nothing is executed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, contiguous_format, nn
from torch.optim import Optimizer

from napari_mammoseg.errors import InputError
from napari_mammoseg.files import atomic
from napari_mammoseg.training.engine.recipe import Players

AVERAGE = "average"
_NETWORK, _OPTIMISER = "network", "optimiser"


@dataclass(frozen=True, slots=True)
class Record:
    """How far a training is. plan: what must be the same when it is resumed, under the names that a person knows."""

    epochs: int
    seconds: float
    plan: Mapping[str, str]


def save(path: Path, record: Record, players: Players, averaged: nn.Module) -> None:
    """Writes the state after an epoch, whole or not at all."""
    tensors: dict[str, Tensor] = _below(AVERAGE, averaged.state_dict())
    scalars: dict[str, Any] = {}
    for name, player in players.items():
        tensors |= _below(f"{name}.{_NETWORK}", player.network.state_dict())
        numbers = _numbers(player.optimiser)
        tensors |= _below(f"{name}.{_OPTIMISER}", {key: each for key, each in numbers.items() if _is_tensor(each)})
        scalars |= _below(f"{name}.{_OPTIMISER}", {key: each for key, each in numbers.items() if not _is_tensor(each)})
    plain = {name: value.detach().cpu().clone(memory_format=contiguous_format) for name, value in tensors.items()}
    with atomic(path) as temporary:
        save_file(plain, temporary, metadata={"training": json.dumps({**asdict(record), "scalars": scalars})})


def load(path: Path, players: Players, averaged: nn.Module, plan: Mapping[str, str]) -> tuple[int, float]:
    """Puts the state back; returns the epochs done and their seconds. Raises InputError for another training's."""
    record, tensors = _read(path)
    others = [name for name, value in plan.items() if record["plan"].get(name) != value]
    if others:
        raise InputError(path, f"is of a training with other {' and '.join(others)}", "give the same, or another --out")
    averaged.load_state_dict(_above(AVERAGE, tensors))
    for name, player in players.items():
        player.network.load_state_dict(_above(f"{name}.{_NETWORK}", tensors))
        numbers = _above(f"{name}.{_OPTIMISER}", {**tensors, **record["scalars"]})
        player.optimiser.load_state_dict({**player.optimiser.state_dict(), "state": _nested(numbers)})
    return int(record["epochs"]), float(record["seconds"])


def _read(path: Path) -> tuple[dict[str, Any], dict[str, Tensor]]:
    try:
        with safe_open(path, framework="pt") as file:
            record = json.loads(file.metadata()["training"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, KeyError, TypeError, ValueError, OSError):
        raise InputError(path, "is not the state of a training", "start anew without --resume") from None
    if not isinstance(record["plan"], dict):
        raise InputError(path, "was written by an earlier version", "start anew without --resume")
    return record, tensors


def _is_tensor(value: Any) -> bool:
    return isinstance(value, Tensor)


def _numbers(optimiser: Optimizer) -> dict[str, Any]:
    """What the optimiser remembers of each parameter, under "index.name"."""
    state = optimiser.state_dict()["state"]
    return {f"{index}.{name}": value for index, each in state.items() for name, value in each.items()}


def _nested(numbers: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """The inverse of `_numbers`."""
    state: dict[int, dict[str, Any]] = {}
    for name, value in numbers.items():
        index, _, key = name.partition(".")
        state.setdefault(int(index), {})[key] = value
    return state


def _below(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}.{name}": value for name, value in values.items()}


def _above(prefix: str, values: Mapping[str, Any]) -> dict[str, Any]:
    start = len(prefix) + 1
    return {name[start:]: value for name, value in values.items() if name.startswith(prefix + ".")}
