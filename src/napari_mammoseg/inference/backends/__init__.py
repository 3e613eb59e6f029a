"""What runs a network: one short file per backend, each with the same two functions.

`available(device)` says whether it can serve a device here; `compile(model, device)` gives a function of one
float32 array (n, channels, rows, columns) that returns the network's outputs as a list of arrays. Several threads may
call it at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from threading import Lock
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError
from napari_mammoseg.models import Model

Array = NDArray[np.float32]
Compiled = Callable[[Array], list[NDArray[Any]]]
BACKENDS = {"openvino": "openvino_backend", "torch": "torch_backend", "plain": "plain_backend"}
_ONE_AT_A_TIME = Lock()
"""Two threads that want the same network wait for one to make it."""


def resolve_backend(name: str, device: str) -> str:
    """The backend called `name`, or for "auto" the first that serves `device` (a resolved name); torch serves all.

    Raises InputError if there is none of that name or it does not serve the device here.
    """
    fitting = [each for each in BACKENDS if _module(each).available(device)]
    if name == "auto":
        return fitting[0]
    if name not in fitting:
        raise InputError(f"--backend {name}", f"does not run on {device} here", f"choose from {', '.join(fitting)}")
    return name


def compiled(model: Model, device: str = "cpu", backend: str = "auto") -> Compiled:
    """`model` with its weights, ready to run on `device` (a resolved name) from any thread; kept for the next call."""
    with _ONE_AT_A_TIME:
        return _compile(_Kept(model, device, resolve_backend(backend, device)))


def _module(name: str) -> ModuleType:
    return import_module(f"{__name__}.{BACKENDS[name]}")


class _Kept:
    """A model, a device and a backend; equal where the weights are. The key under which a compiled model is kept."""

    def __init__(self, model: Model, device: str, backend: str) -> None:
        self.model, self.device, self.backend = model, device, backend
        self._key = (model.name, model.network, model.sha256, device, backend)

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kept) and self._key == other._key


@lru_cache(maxsize=8)
def _compile(kept: _Kept) -> Compiled:
    run: Compiled = _module(kept.backend).compile(kept.model, kept.device)
    return run
