"""The small network that looks for microcalcifications by default."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class CalcificationLite(nn.Module):
    """Three levels at a half, a quarter and an eighth of the resolution; every pixel goes in and comes out.

    Four neighbouring pixels enter as four channels and leave as four (Shi 2016), so that no layer works at full
    resolution. Levels are joined as in a U-Net (Ronneberger 2015).
    Input (N, 1, H, W): local contrast at 0.085 mm a pixel, H and W multiples of 8. Output logits (N, 2, H, W): a
    calcification's pixel; clustered calcifications within 2 mm (one value for each 8 × 8 pixels).
    """

    def __init__(self, widths: tuple[int, int, int] = (24, 36, 56), joined: int = 16) -> None:
        super().__init__()
        first, second, third = widths
        self.level1 = nn.Sequential(*convolution(4, first), *convolution(first, first))
        self.level2 = nn.Sequential(*convolution(first, second, stride=2), *convolution(second, second))
        self.level3 = nn.Sequential(
            *convolution(second, third, stride=2), *convolution(third, third), *convolution(third, third, dilation=3)
        )
        self.join2 = nn.Sequential(*convolution(third + second, second), nn.Conv2d(second, joined, 1))
        self.join1 = nn.Sequential(*convolution(joined + first, first))
        self.calcification = nn.Conv2d(first, 4, 1)
        self.region = nn.Sequential(*convolution(third, third, dilation=2), nn.Conv2d(third, 1, 1))
        nn.init.constant_(self.calcification.bias, -5.0)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        first = self.level1(functional.pixel_unshuffle(x, 2))
        second = self.level2(first)
        third = self.level3(second)
        second = self.join2(torch.cat([doubled(third), second], dim=1))
        first = self.join1(torch.cat([doubled(second), first], dim=1))
        calcification = functional.pixel_shuffle(self.calcification(first), 2)
        region = functional.interpolate(self.region(third), scale_factor=8.0, mode="nearest")
        return torch.cat([calcification, region], dim=1)


def convolution(
    channels: int, outputs: int, stride: int = 1, dilation: int = 1
) -> tuple[nn.Module, nn.Module, nn.Module]:
    """3 × 3 convolution, batch normalisation, ReLU."""
    layer = nn.Conv2d(channels, outputs, 3, stride, padding=dilation, dilation=dilation, bias=False)
    return layer, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)


def doubled(x: Tensor) -> Tensor:
    """Every pixel as four."""
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")
