"""PyTorch with its defaults: what `mammoseg benchmark` measures the other backends against."""

from __future__ import annotations

from napari_mammoseg.inference.backends import Compiled
from napari_mammoseg.inference.backends.torch_backend import runner
from napari_mammoseg.models import Model


def available(device: str) -> bool:
    return True


def compile(model: Model, device: str) -> Compiled:
    import torch

    return runner(model, device, torch.contiguous_format)
