"""The default detector of masses: EfficientNet-Lite0, a feature pyramid and one dense head at stride 8."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.networks.efficientnet_lite import EfficientNetLite0, NormedConv

STRIDE = 8
WIDTH = 96
RARE = 0.01
TYPICAL_RADIUS = 4.0


class MassFinder(nn.Module):
    """For each cell: how likely a mass has its centre there, how far its box reaches, how likely it is malignant.

    After CenterNet (Zhou 2019) for the centres and FCOS (Tian 2019) for the four distances. Input (N, 1, H, W) in
    -1…1 at the model's spacing, H and W multiples of 32. Outputs, at a stride of 8: logits of a centre
    (N, 1, h, w); distances to the box's top, left, bottom and right in cells (N, 4, h, w); logits of malignancy
    (N, 1, h, w).
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = EfficientNetLite0()
        self.lateral = nn.ModuleList(NormedConv(each, WIDTH) for each in self.trunk.channels[1:])
        self.context = NormedConv(WIDTH, WIDTH, 3)
        self.smooth = nn.ModuleList((NormedConv(WIDTH, WIDTH, 3), NormedConv(WIDTH, WIDTH, 3)))
        self.tower = nn.Sequential(NormedConv(WIDTH, WIDTH, 3), NormedConv(WIDTH, WIDTH, 3))
        self.centre = nn.Conv2d(WIDTH, 1, 1)
        self.reach = nn.Conv2d(WIDTH, 4, 1)
        self.malignant = nn.Conv2d(WIDTH, 1, 1)
        self._start()

    def _start(self) -> None:
        """At first the heads answer that masses are rare and of a typical size."""
        starts = (
            (self.centre, math.log(RARE / (1 - RARE))),
            (self.reach, math.log(TYPICAL_RADIUS)),
            (self.malignant, 0.0),
        )
        for head, bias in starts:
            nn.init.normal_(head.weight, std=0.01)
            assert head.bias is not None
            nn.init.constant_(head.bias, bias)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        fine, middle, coarse = (lateral(each) for lateral, each in zip(self.lateral, self.trunk(x)[1:], strict=True))
        middle = self.smooth[0](middle + _doubled(self.context(coarse)))
        y = self.tower(self.smooth[1](fine + _doubled(middle)))
        return self.centre(y), torch.exp(self.reach(y).clamp(-3, 5)), self.malignant(y)


def _doubled(x: Tensor) -> Tensor:
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")
