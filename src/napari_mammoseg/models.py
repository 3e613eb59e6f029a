"""Every network and plain method by name: the only place that knows names.

Adding a network is one file in `networks/`, one line in `MODELS`, one recipe in `training/`, one test.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from importlib import import_module, resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_mammoseg.errors import InputError

if TYPE_CHECKING:
    from torch import nn


@dataclass(frozen=True)
class Model:
    """A network (or plain method) and all that surrounds it, so that its weights file is enough to run.

    network: "file:Class" in `networks/`, or None for a plain method without weights.
    spacing_mm: the pixel spacing that the network wants to see; halo: pixels of context that an output pixel needs
    on each side; multiple: the input's sides must divide by it.
    reduced: whether its scores were seen to stay in bfloat16 (its card says how), so that it may run in it.
    weights: a file in `weights/` or a path; None if none are shipped (`mammoseg train NAME` makes them).
    data: whatever else the pipeline needs to know (normalisation, calibration, default boxes, class names, …).
    """

    name: str
    task: str
    summary: str
    network: str | None = None
    spacing_mm: float | None = None
    halo: int = 0
    multiple: int = 1
    reduced: bool = False
    paper: str | None = None
    weights: str | None = None
    licence: str = "BSD-3-Clause"
    arguments: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)

    def build(self) -> nn.Module:
        """The network with fresh weights. Raises InputError for a plain method."""
        if self.network is None:
            raise InputError(self.name, "is a plain method without a network", "choose another model")
        file, _, cls = self.network.partition(":")
        module: nn.Module = getattr(import_module(f"napari_mammoseg.networks.{file}"), cls)(**self.arguments)
        return module

    @cached_property
    def path(self) -> Path | None:
        """Where the weights lie, or None if there are none."""
        if self.weights is None:
            return None
        given = Path(self.weights)
        path = given if given.is_absolute() else Path(str(resources.files("napari_mammoseg") / "weights" / given))
        return path if path.is_file() else None

    @cached_property
    def sha256(self) -> str | None:
        return None if self.path is None else hashlib.sha256(self.path.read_bytes()).hexdigest()

    def load(self) -> nn.Module:
        """The network with its weights, ready to run. Raises InputError if there are none or they do not fit."""
        from safetensors.torch import load_file

        if self.path is None:
            raise InputError(self.name, "has no weights here", f"make them with: mammoseg train {self.name}")
        network = self.build()
        try:
            network.load_state_dict({name: value.float() for name, value in load_file(self.path).items()})
        except RuntimeError as error:
            raise InputError(self.path, f"does not fit {self.name}: {error}", "give weights made for it") from None
        return network.eval()

    @property
    def card(self) -> str | None:
        """The model card (Markdown), or None if there is none."""
        path = resources.files("napari_mammoseg") / "weights" / f"{self.name}.md"
        return path.read_text("utf-8") if path.is_file() else None


def save_weights(network: nn.Module, model: Model, path: Path, **facts: Any) -> None:
    """Writes half-precision safetensors whose metadata is `model` (with `facts` in its data): enough to run."""
    from safetensors.torch import save_file

    described = asdict(replace(model, data={**model.data, **facts}, weights=None))
    tensors = {name: _half(value) for name, value in network.state_dict().items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    save_file(tensors, temporary, metadata={"mammoseg": json.dumps(described)})
    temporary.replace(path)


def find(name: str, task: str | None = None) -> Model:
    """The model called `name`, or the one that the safetensors file `name` describes.

    Raises InputError if there is none, the file is none of ours, or it does another task.
    """
    model = _from_file(Path(name)) if name.endswith(".safetensors") else _from_table(name)
    if task is not None and model.task != task:
        raise InputError(model.name, f"does {model.task}, not {task}", f"choose from {', '.join(names(task))}")
    return model


def names(task: str | None = None) -> tuple[str, ...]:
    """The names of all models, or of those for one task, the default first."""
    return tuple(each.name for each in MODELS.values() if task in (None, each.task))


def _from_table(name: str) -> Model:
    if name not in MODELS:
        raise InputError(name, "is no model", f"choose from {', '.join(MODELS)}, or give a .safetensors file")
    model = MODELS[name]
    if model.path is None:
        return model
    stored = _metadata(model.path)
    return replace(model, data={**model.data, **stored["data"]})


def _from_file(path: Path) -> Model:
    return Model(**{**_metadata(path), "reduced": False, "weights": str(path.resolve())})


def _metadata(path: Path) -> dict[str, Any]:
    """What `save_weights` wrote about the model: read as plain JSON, nothing is executed."""
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            described: dict[str, Any] = json.loads(file.metadata()["mammoseg"])
    except FileNotFoundError:
        raise InputError(path, "does not exist", "give a model's name or a .safetensors file") from None
    except (SafetensorError, KeyError, TypeError, OSError):
        raise InputError(path, "is no weights file of this program", "give one that mammoseg train wrote") from None
    return described


def _half(value: Any) -> Any:
    return value.detach().cpu().half().contiguous() if value.is_floating_point() else value.detach().cpu().contiguous()


def _table(*models: Model) -> dict[str, Model]:
    return {model.name: model for model in models}


MODELS = _table(
    Model(
        "blob-contrast",
        "calcifications",
        "Plain method: local contrast of a difference of Gaussians; the baseline of every table",
        spacing_mm=0.1,
        data={"calibration": (1.0, -7.0), "image_score": (4, 1.0, 0.0, 0.0, 0.0)},
    ),
    Model(
        "calcification-lite",
        "calcifications",
        "Our network: three levels on local contrast, trained on insertions into normal tissue and on weak labels",
        network="calcification_lite:CalcificationLite",
        spacing_mm=0.085,
        halo=64,
        multiple=8,
        reduced=True,
        weights="calcification-lite.safetensors",
        data={
            "calibration": (1.0, 0.3, -3.0),
            "image_score": (8, 0.753, 1.506, -5.66, 2.35),
            "coarseness": -8.8,
        },
    ),
    Model(
        "valvano-segmentator",
        "calcifications",
        "Detector and Segmentator of Valvano 2018: windows that hold calcifications, then their pixels",
        network="valvano:Valvano",
        spacing_mm=0.085,
        paper="valvano-2018",
        weights="valvano-segmentator.safetensors",
        arguments={"size": 49, "padding": "same"},
        data={
            "detector": "valvano-detector",
            "calibration": (1.0, -3.3),
            "image_score": (4, 1.0, 0.0, -2.0, -1.04),
        },
    ),
    Model(
        "valvano-detector",
        "windows",
        "Detector of Valvano 2018: does a window hold a calcification",
        network="valvano:Valvano",
        spacing_mm=0.085,
        paper="valvano-2018",
        weights="valvano-detector.safetensors",
        arguments={"size": 49, "padding": "same"},
    ),
    Model(
        "mass-finder",
        "masses",
        "Our detector: EfficientNet-Lite0, a feature pyramid, centres and boxes at stride 8",
        network="mass_finder:MassFinder",
        spacing_mm=0.28,
        multiple=32,
        weights="mass-finder.safetensors",
        data={"decoder": "dense", "stride": 8, "scales": (0.78, 1.0, 1.27), "classifier": "mass-classifier"},
    ),
    Model(
        "mass-classifier",
        "classify",
        "Our classifier of a marked mass, benign or malignant: EfficientNet-Lite0",
        network="mass_classifier:MassClassifier",
        spacing_mm=0.28,
        multiple=32,
        weights="mass-classifier.safetensors",
        data={"side": 160, "context": 1.8},
    ),
    Model(
        "ssd256",
        "masses",
        "SSD for pictures of 256 x 256 on a VGG-16 trunk",
        network="ssd256:SSD256",
        spacing_mm=0.2,
        paper="jin-zheng-2019",
        data={"decoder": "windows", "side": 256, "scales": (1.0, 0.5), "channels": 3},
    ),
    Model(
        "ssd256-separable",
        "masses",
        "The same with separable convolutions",
        network="ssd256:SSD256",
        spacing_mm=0.2,
        paper="jin-zheng-2019",
        arguments={"separable": True},
        data={"decoder": "windows", "side": 256, "scales": (1.0, 0.5), "channels": 3},
    ),
)
