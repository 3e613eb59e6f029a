"""What a paper's classifier starts from: fresh weights, an earlier training's, or ImageNet's."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Mapping
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from napari_mammoseg.errors import InputError
from napari_mammoseg.models import Model, find
from napari_mammoseg.networks import resnet50, vgg16

FROM_IMAGENET: Mapping[str, Callable[[Mapping[str, Tensor]], dict[str, Tensor]]] = {
    "resnet50:ResNet50": resnet50.from_torchvision,
    "vgg16:VGG16": vgg16.for_grey,
}
DENSE = ("fc.", "classifier.", "score.")
"""Beginnings of the names of the layers that give the classes."""
MAY_BE_MISSING = (*DENSE, "features.")
"""The same, and of VGG-16's convolutions: a file may hold the first ones alone."""

_UNREADABLE = (
    *(SafetensorError, pickle.UnpicklingError, OSError, EOFError),
    *(LookupError, TypeError, AttributeError, RuntimeError, ValueError),
)


def started(model: Model, start: str, imagenet: str, head: bool) -> nn.Module:
    """The network before its first step. head: whether only its dense layers learn.

    Raises InputError for weights that are not there or are another network's.
    """
    network = model.build()
    if start:
        found = find(start, model.task)
        if (found.network, dict(found.arguments)) != (model.network, dict(model.arguments)):
            raise InputError(start, f"is no training of {model.name}", "give one of its weights files")
        network = found.load()
    elif imagenet:
        _load(network, model, Path(imagenet))
    if head:
        for name, each in network.named_parameters():
            each.requires_grad_(name.startswith(DENSE))
    placed: nn.Module = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    return placed


def _load(network: nn.Module, model: Model, path: Path) -> None:
    """Loads all layers but the dense ones, which depend on the classes."""
    translated = FROM_IMAGENET.get(model.network or "")
    if translated is None:
        raise InputError(model.name, "has no weights of ImageNet", "leave imagenet out")
    if not path.is_file():
        raise InputError(path, "does not exist", "give a file of ImageNet's weights")
    try:
        given = load_file(path) if path.suffix == ".safetensors" else torch.load(path, weights_only=True)
        state = translated(given)
        missing, unknown = network.load_state_dict(state, strict=False)
    except _UNREADABLE:
        state, missing, unknown = {}, [], []
    if not state or unknown or not all(name.startswith(MAY_BE_MISSING) for name in missing):
        what = f"does not hold ImageNet's weights of {model.name}"
        raise InputError(path, what, "give them under torchvision's names")
