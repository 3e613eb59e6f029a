"""ciGAN: conditional infilling (Wu 2018, Peterka 2020, section 3.3), with the layers of the authors' public code."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

SIDE = 256
WIDTHS = (128, 128, 64, 64, 32, 32, 32)
"""Of the blocks at 4, 8, 16, … 256 pixels."""
STACK, CLASSES = 2, 2
"""Channels of the stack (corrupted picture, mask) and of the class (not malignant, malignant)."""


class Cigan(nn.Module):
    """The generator, a cascaded refinement network: 735,969 parameters.

    Input (N, 4, 256, 256), or of another side that 64 divides: picture 0…1 with uniform noise where the lesion shall
    be, mask of the lesion, and two class maps. Output (N, 1, 256, 256), 0 or more. As in the authors' code the class
    maps are joined on once more at each halving, so that the smallest stack has twelve of them and the largest none.
    """

    def __init__(self) -> None:
        super().__init__()
        widths = (0, *WIDTHS)
        joined = [CLASSES * (len(WIDTHS) - 1 - level) for level in range(len(WIDTHS))]
        self.blocks = nn.ModuleList(
            nn.Sequential(*_convolution(before + STACK + classes, width), *_convolution(width, width))
            for before, width, classes in zip(widths, WIDTHS, joined, strict=False)
        )
        self.score = nn.Conv2d(WIDTHS[-1], 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        side = x.shape[-1]
        stack, classes = x[:, :STACK], x[:, STACK:]
        y = x
        for level, block in enumerate(self.blocks):
            size = side >> (len(WIDTHS) - 1 - level)
            here = functional.interpolate(stack, size=size, mode="nearest")
            repeated = classes[:, :, :size, :size].repeat(1, len(WIDTHS) - 1 - level, 1, 1)
            larger = (
                functional.interpolate(y, size=size, mode="bilinear", align_corners=False) if level else here[:, :0]
            )
            y = block(torch.cat([larger, here, repeated], dim=1))
        return functional.relu(self.score(y))


class CiganDiscriminator(nn.Module):
    """Is a picture real: 1,716,353 parameters.

    Input: picture (N, 1, 256, 256) and class (N, 2), which is joined on as maps before each of four convolutions.
    Output logits (N, 1). The auxiliary head of the authors' code is in none of their losses and is left out.
    """

    def __init__(self, side: int = SIDE) -> None:
        super().__init__()
        widths = (32, 64, 128, 256, 512)
        self.first = nn.Conv2d(1, widths[0], 3, padding=1)
        self.convolutions = nn.ModuleList(
            nn.Conv2d(inputs + CLASSES, outputs, 3, padding=1) for inputs, outputs in pairwise(widths)
        )
        self.score = nn.Linear(widths[-1] * (side // 16) ** 2, 1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear) and module.bias is not None:
                nn.init.normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)

    def forward(self, x: Tensor, classes: Tensor) -> Tensor:
        y = functional.leaky_relu(self.first(x), 0.2)
        for convolution in self.convolutions:
            maps = classes[:, :, None, None].expand(-1, -1, y.shape[2], y.shape[3])
            y = functional.leaky_relu(functional.max_pool2d(convolution(torch.cat([y, maps], dim=1)), 2), 0.3)
        score: Tensor = self.score(y.flatten(1))
        return score


def _convolution(inputs: int, outputs: int) -> tuple[nn.Module, nn.Module]:
    return nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(inplace=True)
