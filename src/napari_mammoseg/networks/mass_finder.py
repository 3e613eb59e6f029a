"""The default detector of masses: EfficientNet-Lite0, a feature pyramid and one dense head at stride 8."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.networks.efficientnet_lite import EfficientNetLite0, ScaledConv

STRIDE = 8
WIDTH = 96
RARE = 0.01
TYPICAL_RADIUS = 4.0


class MassFinder(nn.Module):
    """A mass a cell: how likely a mass has its centre there, how far its box reaches, how likely it is malignant.

    After CenterNet (Zhou 2019) for the centres and FCOS (Tian 2019) for the four distances. Input (N, 1, H, W) in
    -1…1 at the model's spacing, H and W multiples of 32. Outputs, at a stride of 8: logits of a centre
    (N, 1, h, w); distances to the box's top, left, bottom and right in cells (N, 4, h, w); logits of malignancy
    (N, 1, h, w).
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = EfficientNetLite0()
        self.lateral = nn.ModuleList(ScaledConv(each, WIDTH) for each in self.trunk.channels[1:])
        self.context = ScaledConv(WIDTH, WIDTH, 3)
        self.smooth = nn.ModuleList(ScaledConv(WIDTH, WIDTH, 3) for _ in range(2))
        self.tower = nn.ModuleList(ScaledConv(WIDTH, WIDTH, 3) for _ in range(2))
        self.centre = nn.Conv2d(WIDTH, 1, 1)
        self.reach = nn.Conv2d(WIDTH, 4, 1)
        self.malignant = nn.Conv2d(WIDTH, 1, 1)
        self._start()

    def _start(self) -> None:
        """Heads that say at first: masses are rare and of a typical size."""
        for head in (self.centre, self.reach, self.malignant):
            nn.init.normal_(head.weight, std=0.01)
            nn.init.zeros_(head.bias)
        nn.init.constant_(self.centre.bias, math.log(RARE / (1 - RARE)))
        nn.init.constant_(self.reach.bias, math.log(TYPICAL_RADIUS))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        fine, middle, coarse = (lateral(each) for lateral, each in zip(self.lateral, self.trunk(x)[1:], strict=True))
        coarse = functional.relu6(self.context(functional.relu6(coarse)))
        middle = functional.relu6(self.smooth[0](middle + _doubled(coarse)))
        y = functional.relu6(self.smooth[1](fine + _doubled(middle)))
        for layer in self.tower:
            y = functional.relu6(layer(y))
        return self.centre(y), torch.exp(self.reach(y).clamp(-3, 5)), self.malignant(y)


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")
