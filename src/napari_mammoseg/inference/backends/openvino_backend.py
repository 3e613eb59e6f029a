"""OpenVINO on processors: the same module, converted in memory for any input size.

In full precision, but for models whose scores stay in bfloat16 (`Model.reduced`) on processors that calculate in it.

Converting and compiling takes seconds once; the compiled network is then kept in the user's cache folder (`CACHE`),
named by all that it depends on, and later runs need not load torch at all.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from platformdirs import user_cache_path

from napari_mammoseg._version import VERSION
from napari_mammoseg.inference.backends import Array, Compiled
from napari_mammoseg.models import Model

if TYPE_CHECKING:
    import openvino

Options = dict[str, str]
CACHE = user_cache_path("napari-mammoseg") / "compiled"


def available(device: str) -> bool:
    return device == "cpu" and find_spec("openvino") is not None


def compile(model: Model, device: str) -> Compiled:
    import openvino

    core = openvino.Core()
    options = _options(core, model)
    kept = CACHE / f"{_key(model, options)}.blob"
    network = _imported(core, options, kept) or _converted(core, options, model, kept)
    request = network.create_infer_request()

    def run(batch: Array) -> list[NDArray[Any]]:
        request.infer([np.ascontiguousarray(batch)])
        return [np.array(request.get_output_tensor(index).data) for index in range(len(network.outputs))]

    return run


def _options(core: openvino.Core, model: Model) -> Options:
    reduced = model.reduced and "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    return {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "bf16" if reduced else "f32"}


def _key(model: Model, options: Options) -> str:
    depends = [model.name, model.sha256, model.network, dict(model.arguments), VERSION, version("openvino"), options]
    return hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()[:32]


def _imported(core: openvino.Core, options: Options, path: Path) -> openvino.CompiledModel | None:
    if not path.is_file():
        return None
    try:
        return core.import_model(path.read_bytes(), "CPU", options)
    except RuntimeError:  # written by another build of the library: made anew
        return None


def _converted(core: openvino.Core, options: Options, model: Model, path: Path) -> openvino.CompiledModel:
    import openvino
    import torch

    network = model.load()
    channels = model.facts.channels
    side = model.facts.side or max(64, 8 * model.multiple)
    with torch.inference_mode():
        converted = openvino.convert_model(network, example_input=torch.zeros(1, channels, side, side))
    converted.reshape([-1, channels, -1, -1])
    compiled = core.compile_model(converted, "CPU", options)
    _keep(compiled, path)
    return compiled


def _keep(compiled: openvino.CompiledModel, path: Path) -> None:
    """Writes the compiled network beside its final name first; a folder that cannot be written keeps nothing."""
    written = io.BytesIO()
    compiled.export_model(written)
    temporary = path.with_suffix(f".{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(written.getvalue())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
