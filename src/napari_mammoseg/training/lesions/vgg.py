"""VGG-16's first seven convolutions: what lesions are compared by, in a loss and in the measure of realism."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.errors import InputError
from napari_mammoseg.networks.imagenet import DEVIATION, MEAN

TAKEN = (2, 4, 7)
"""After how many convolutions maps are taken: the inputs of the first three pools."""


class Vgg(nn.Module):
    """Input (N, 1, H, W) in 0…1. Output: the maps at relu1_2, relu2_2 and relu3_3. Its weights never change.

    pool: `max_pool2d`, as it was trained, or `avg_pool2d`.
    """

    def __init__(self, path: Path, pool: Callable[[Tensor, int], Tensor] = functional.max_pool2d) -> None:
        """path: the convolutions, seven or more, as safetensors. Raises InputError if it does not hold them."""
        super().__init__()
        self.pool = pool
        for number, (weight, bias) in enumerate(_stored(path)):
            self.register_buffer(f"weight{number}", weight, persistent=False)
            self.register_buffer(f"bias{number}", bias, persistent=False)
        self.register_buffer("mean", torch.tensor(MEAN)[:, None, None], persistent=False)
        self.register_buffer("deviation", torch.tensor(DEVIATION)[:, None, None], persistent=False)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        y = (pictures.expand(-1, 3, -1, -1) - self.get_buffer("mean")) / self.get_buffer("deviation")
        maps = []
        for number in range(TAKEN[-1]):
            weight, bias = self.get_buffer(f"weight{number}"), self.get_buffer(f"bias{number}")
            y = functional.relu(functional.conv2d(y, weight, bias, padding=1))
            if number + 1 in TAKEN:
                maps.append(y)
                y = self.pool(y, 2)
        return maps


def _stored(path: Path) -> list[tuple[Tensor, Tensor]]:
    """Weight and bias of the first seven convolutions, in order."""
    try:
        stored = load_file(path)
        names = sorted({name.rpartition(".")[0] for name in stored}, key=lambda name: int(name.rpartition(".")[2]))
        layers = [names[number] for number in range(TAKEN[-1])]
        return [(stored[f"{each}.weight"].float(), stored[f"{each}.bias"].float()) for each in layers]
    except (SafetensorError, OSError, LookupError, ValueError):
        what = "does not hold VGG-16's convolutions"
        raise InputError(path, what, "give them as safetensors (features.0.weight, …)") from None
