"""PyTorch as it runs a network when nobody thinks about it: what `mammoseg benchmark` measures the others against."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.inference.backends import Array, Compiled
from napari_mammoseg.models import Model


def available(device: str) -> bool:
    return True


def compile(model: Model, device: str) -> Compiled:
    import torch

    network = model.load().to(device)

    def run(batch: Array) -> list[NDArray[Any]]:
        with torch.inference_mode():
            answer = network(torch.from_numpy(np.ascontiguousarray(batch)).to(device))
        outputs = answer if isinstance(answer, tuple | list) else (answer,)
        return [each.cpu().numpy() for each in outputs]

    return run
