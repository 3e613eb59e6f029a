"""What a network is run by: one short file a backend, each with the same two functions.

`available(device)` says whether it can serve a device here; `compile(model, device)` gives a function of one
float32 array (n, channels, rows, columns) that returns the network's outputs as a list of arrays.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.models import Model

Array = NDArray[np.float32]
Compiled = Callable[[Array], list[NDArray[Any]]]
BACKENDS = ("openvino_backend", "torch_backend")


def backend(device: str) -> ModuleType:
    """The first backend that serves `device`; torch serves every device."""
    modules = (import_module(f"{__name__}.{name}") for name in BACKENDS)
    return next(module for module in modules if module.available(device))


def compiled(model: Model, device: str) -> Compiled:
    """`model` with its weights, ready to run on `device` (a resolved name); kept for the next call."""
    return _Kept(model, device).get()


class _Kept:
    """A model and a device, equal where weights and device are; the key under which a compiled model is kept."""

    def __init__(self, model: Model, device: str) -> None:
        self.model, self.device = model, device
        self._key = (model.name, model.sha256, device)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self._key == other._key

    def get(self) -> Compiled:
        return _compile(self)


@lru_cache(maxsize=4)
def _compile(kept: _Kept) -> Compiled:
    run: Compiled = backend(kept.device).compile(kept.model, kept.device)
    return run
