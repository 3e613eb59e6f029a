"""The whole state of a training in one safetensors file: tensors by name, the rest as JSON; nothing is executed."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from napari_mammoseg.errors import InputError
from napari_mammoseg.files import atomic


@dataclass(frozen=True, slots=True)
class Record:
    """How far a training is. plan: names what must be the same to go on."""

    epochs: int
    seconds: float
    plan: str


def save(path: Path, record: Record, network: nn.Module, averaged: nn.Module, optimiser: Optimizer) -> None:
    """Writes the state after an epoch, whole or not at all."""
    tensors = _prefixed("network", network.state_dict()) | _prefixed("average", averaged.state_dict())
    scalars: dict[str, Any] = {}
    for index, state in optimiser.state_dict()["state"].items():
        for name, value in state.items():
            if isinstance(value, Tensor):
                tensors[f"optimiser.{index}.{name}"] = value
            else:
                scalars[f"{index}.{name}"] = value
    described = {**asdict(record), "scalars": scalars}
    plain = {name: value.detach().cpu().clone(memory_format=torch.contiguous_format) for name, value in tensors.items()}
    with atomic(path) as temporary:
        save_file(plain, temporary, metadata={"training": json.dumps(described)})


def load(path: Path, network: nn.Module, averaged: nn.Module, optimiser: Optimizer, plan: str) -> tuple[int, float]:
    """Puts the state back; the epochs done and their seconds. Raises InputError where it is of another training."""
    try:
        with safe_open(path, framework="pt") as file:
            record = json.loads(file.metadata()["training"])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, KeyError, TypeError, OSError):
        raise InputError(path, "is no state of a training", "start anew without --resume") from None
    if record["plan"] != plan:
        raise InputError(path, "is of a training with other settings", "give the same ones, or another --out")
    network.load_state_dict(_below("network", tensors))
    averaged.load_state_dict(_below("average", tensors))
    described = optimiser.state_dict()
    described["state"] = _optimiser_state(_below("optimiser", tensors) | record["scalars"])
    optimiser.load_state_dict(described)
    return int(record["epochs"]), float(record["seconds"])


def _prefixed(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    return {f"{prefix}.{name}": value for name, value in tensors.items()}


def _below(prefix: str, tensors: dict[str, Tensor]) -> dict[str, Any]:
    start = len(prefix) + 1
    return {name[start:]: value for name, value in tensors.items() if name.startswith(prefix + ".")}


def _optimiser_state(flat: dict[str, Any]) -> dict[int, dict[str, Any]]:
    state: dict[int, dict[str, Any]] = {}
    for name, value in flat.items():
        index, _, key = name.partition(".")
        state.setdefault(int(index), {})[key] = value
    return state
