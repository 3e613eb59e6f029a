"""The reference: PyTorch on any device, channels last (on processors 2.7 to 4 times faster than the default)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.inference.backends import Array, Compiled
from napari_mammoseg.models import Model

if TYPE_CHECKING:
    from torch import memory_format


def available(device: str) -> bool:
    return True


def compile(model: Model, device: str) -> Compiled:
    import torch

    return runner(model, device, torch.channels_last)


def runner(model: Model, device: str, layout: memory_format) -> Compiled:
    """A function that runs the network on `device` with its arrays in the memory layout given."""
    import torch

    calculate_exactly(device)
    network = model.load().to(device).to(memory_format=layout)  # type: ignore[call-overload]

    def run(batch: Array) -> list[NDArray[Any]]:
        with torch.inference_mode():
            answer = network(torch.from_numpy(np.ascontiguousarray(batch)).to(device).to(memory_format=layout))
        outputs = answer if isinstance(answer, tuple | list) else (answer,)
        return [each.cpu().numpy() for each in outputs]

    return run


def calculate_exactly(device: str) -> None:
    """Convolutions on a graphics card in full single precision, as on the processor; torch's default is TF32.

    The switch is torch's own, for the whole process, and stays: several threads may be calculating.
    """
    import torch

    if torch.device(device).type == "cuda":
        torch.backends.cudnn.allow_tf32 = False
