"""The small network that looks for microcalcifications by default."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class CalcificationLite(nn.Module):
    """Four levels, full resolution to an eighth, joined by sums of concatenated neighbours (Ronneberger 2015).

    Input (N, 1, H, W): local contrast at 0.085 mm a pixel, H and W multiples of 8. Output logits (N, 2, H, W): a
    calcification's pixel; calcified tissue within 2 mm (one value for each 8 × 8 pixels).
    """

    def __init__(self, widths: tuple[int, int, int, int] = (16, 24, 32, 48)) -> None:
        super().__init__()
        first, second, third, fourth = widths
        self.level1 = nn.Sequential(*convolution(1, first), *convolution(first, first))
        self.level2 = nn.Sequential(*convolution(first, second, stride=2), *convolution(second, second))
        self.level3 = nn.Sequential(*convolution(second, third, stride=2), *convolution(third, third))
        self.level4 = nn.Sequential(
            *convolution(third, fourth, stride=2),
            *convolution(fourth, fourth),
            *convolution(fourth, fourth, dilation=3),
        )
        self.join3 = nn.Sequential(*convolution(fourth + third, third))
        self.join2 = nn.Sequential(*convolution(third + second, second))
        self.join1 = nn.Sequential(*convolution(second + first, first))
        self.calcification = nn.Conv2d(first, 1, 1)
        self.region = nn.Sequential(*convolution(fourth, fourth, dilation=2), nn.Conv2d(fourth, 1, 1))
        nn.init.constant_(self.calcification.bias, -5.0)  # type: ignore[arg-type]

    def forward(self, x: Tensor) -> Tensor:
        first = self.level1(x)
        second = self.level2(first)
        third = self.level3(second)
        fourth = self.level4(third)
        third = self.join3(torch.cat([doubled(fourth), third], dim=1))
        second = self.join2(torch.cat([doubled(third), second], dim=1))
        first = self.join1(torch.cat([doubled(second), first], dim=1))
        region = functional.interpolate(self.region(fourth), scale_factor=8.0, mode="nearest")
        return torch.cat([self.calcification(first), region], dim=1)


def convolution(
    channels: int, outputs: int, stride: int = 1, dilation: int = 1
) -> tuple[nn.Module, nn.Module, nn.Module]:
    """3 × 3 convolution, batch normalisation, ReLU."""
    layer = nn.Conv2d(channels, outputs, 3, stride, padding=dilation, dilation=dilation, bias=False)
    return layer, nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)


def doubled(x: Tensor) -> Tensor:
    """Every pixel as four."""
    return functional.interpolate(x, scale_factor=2.0, mode="nearest")
