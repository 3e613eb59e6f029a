"""The default network of mass outlines: EfficientNet-Lite0 and a U-Net's way back up, told where the box is."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.networks.efficientnet_lite import EfficientNetLite0

INPUTS = 3
DETAIL = 16
"""Channels at half the resolution, taken from the picture itself: the trunk's first map is a quarter of it."""


class OutlineLite(nn.Module):
    """Which pixels of a window belong to the mass in its box.

    Input (N, 3, H, W), H and W multiples of 32: grey in about -1…1; how deep a pixel lies in the box (1 in its middle,
    0 on its sides, negative outside), and the same for the ellipse that fills the box. Output logits (N, 1, H, W),
    worked out at half the resolution.
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = EfficientNetLite0(INPUTS)
        quarter, eighth, sixteenth, deepest = self.trunk.channels
        self.detail = nn.Sequential(*convolution(INPUTS, DETAIL, stride=2), *convolution(DETAIL, DETAIL))
        self.bottom = nn.Sequential(*convolution(deepest, 128, kernel=1))
        self.up16 = Joined(128, sixteenth, 128)
        self.up8 = Joined(128, eighth, 96)
        self.up4 = Joined(96, quarter, 64)
        self.up2 = Joined(64, DETAIL, 32)
        self.score = nn.Conv2d(32, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        quarter, eighth, sixteenth, deepest = self.trunk(x)
        y = self.up16(self.bottom(deepest), sixteenth)
        y = self.up4(self.up8(y, eighth), quarter)
        y = self.score(self.up2(y, self.detail(x)))
        return functional.interpolate(y, scale_factor=2.0, mode="bilinear", align_corners=False)


class Joined(nn.Module):
    """A map enlarged to twice its size, beside the trunk's map of that size, and two convolutions."""

    def __init__(self, inputs: int, beside: int, outputs: int) -> None:
        super().__init__()
        self.lateral = nn.Sequential(*convolution(beside, outputs // 2, kernel=1))
        self.join = nn.Sequential(*convolution(inputs + outputs // 2, outputs), *convolution(outputs, outputs))

    def forward(self, x: Tensor, beside: Tensor) -> Tensor:
        larger = functional.interpolate(x, scale_factor=2.0, mode="nearest")
        joined: Tensor = self.join(torch.cat([larger, self.lateral(beside)], dim=1))
        return joined


def convolution(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> tuple[nn.Module, nn.Module, nn.Module]:
    """Convolution, batch normalisation, ReLU."""
    layer = nn.Conv2d(inputs, outputs, kernel, stride, padding=kernel // 2, bias=False)
    return layer, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
