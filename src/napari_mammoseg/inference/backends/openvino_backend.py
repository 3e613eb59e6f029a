"""OpenVINO on processors: the same network, converted in memory, for any input size and any number of threads.

In full precision, but for models whose scores stay in bfloat16 (`Model.reduced`) on processors that calculate in it.

The converted network is kept in the user's cache folder (`cache`) under a name made of all that it depends on, so that
later runs do not load torch at all.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from importlib import resources
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg import files
from napari_mammoseg._version import VERSION
from napari_mammoseg.errors import InputError
from napari_mammoseg.inference.backends import Array, Compiled
from napari_mammoseg.models import Model

if TYPE_CHECKING:
    import openvino

Options = dict[str, str]
PROCESSOR = "CPU"


def available(device: str) -> bool:
    return device == "cpu" and find_spec("openvino") is not None


def cache() -> Path:
    """The folder of converted networks. Other backends do without what names it."""
    from platformdirs import user_cache_path

    return user_cache_path("napari-mammoseg") / "compiled"


def compile(model: Model, device: str) -> Compiled:
    _tell_nobody()
    import openvino

    core = openvino.Core()
    options = _options(core, model)
    kept = cache() / f"{_key(core, model, options)}.blob"
    return runner(_imported(core, options, kept) or _converted(core, options, model, kept))


def _tell_nobody() -> None:
    """Keeps OpenVINO from telling Google Analytics of each import.

    It does so from a fork of this process, which may hang and keep the pipes that it was given open for ever.
    """
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]


def runner(network: openvino.CompiledModel) -> Compiled:
    """A function that any number of threads may call at once: each call takes a request that no other has.

    Requests do not belong to threads (`threading.local`): freed while a thread of Qt ends, one crashes the process.
    """
    free: deque[openvino.InferRequest] = deque()

    def run(batch: Array) -> list[NDArray[Any]]:
        try:
            request = free.pop()
        except IndexError:
            request = network.create_infer_request()
        request.infer([np.ascontiguousarray(batch)])
        answers = [np.array(request.get_output_tensor(index).data) for index in range(len(network.outputs))]
        free.append(request)
        return answers

    return run


def _options(core: openvino.Core, model: Model) -> Options:
    reduced = model.reduced and "BF16" in core.get_property(PROCESSOR, "OPTIMIZATION_CAPABILITIES")
    return {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_PRECISION_HINT": "bf16" if reduced else "f32"}


def _key(core: openvino.Core, model: Model, options: Options) -> str:
    """Of all that a kept network depends on: its weights and code, this package, the library and the processor."""
    processor = core.get_property(PROCESSOR, "FULL_DEVICE_NAME")
    network = [model.name, model.sha256, model.network, dict(model.arguments), _code()]
    depends = [*network, VERSION, version("openvino"), processor, options]
    return hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()[:32]


@lru_cache(maxsize=1)
def _code() -> str:
    """A hash of the source of all networks, which share layers, and of what converts them."""
    networks = resources.files("napari_mammoseg.networks").iterdir()
    sources = [each.read_bytes() for each in sorted(networks, key=lambda each: each.name) if each.name.endswith(".py")]
    return hashlib.sha256(b"".join([*sources, Path(__file__).read_bytes()])).hexdigest()


def _imported(core: openvino.Core, options: Options, path: Path) -> openvino.CompiledModel | None:
    if not path.is_file():
        return None
    try:
        return core.import_model(path.read_bytes(), PROCESSOR, options)
    except (OSError, RuntimeError):  # damaged, or removed meanwhile: made anew
        return None


def _converted(core: openvino.Core, options: Options, model: Model, path: Path) -> openvino.CompiledModel:
    converted = _graph(model)
    converted.reshape([-1, model.facts.channels, -1, -1])
    compiled = core.compile_model(converted, PROCESSOR, options)
    _keep(compiled, path)
    return compiled


def _graph(model: Model) -> openvino.Model:
    """The network as OpenVINO's graph.

    `openvino.convert_model` takes ten times as long: it traces the network a second time to compare, which loads half
    of torch, and then looks for preprocessing.
    """
    import torch
    from openvino.frontend import FrontEndManager
    from openvino.frontend.pytorch.ts_decoder import TorchScriptPythonDecoder

    side = model.facts.side or max(64, 2 * model.multiple)
    example = torch.zeros(1, model.facts.channels, side, side)
    with torch.inference_mode(), _one_thread():
        traced = torch.jit.trace(model.load(), example, check_trace=False)
    decoder = TorchScriptPythonDecoder(traced)  # by a name of its own: it must outlive the conversion
    reader = FrontEndManager().load_by_framework("pytorch")
    return reader.convert(reader.load(decoder))


@contextmanager
def _one_thread() -> Iterator[None]:
    """What torch does here is small: more threads would wait for each other and hold up whoever reads the image."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _keep(compiled: openvino.CompiledModel, path: Path) -> None:
    """Writes the compiled network; where the cache cannot be written, nothing is kept."""
    written = io.BytesIO()
    compiled.export_model(written)
    with suppress(InputError):
        files.sweep(files.folder(path.parent))
        with files.atomic(path) as temporary:
            temporary.write_bytes(written.getvalue())
