"""Logistic regression of each pixel (Aung 2018, section IV A)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class PixelLogistic(nn.Module):
    """Tumour or not, from the pixel's own grey value: 2 parameters.

    rich: from ten features instead: the grey value, its means over 5, 11, 23 and 47 pixels, its deviations over the
    same, and the slope between the smallest two means. Input (N, 1, H, W), output logits (N, 1, H, W).
    """

    WIDTHS = (5, 11, 23, 47)

    def __init__(self, rich: bool = False) -> None:
        super().__init__()
        self.rich = rich
        self.weigh = nn.Conv2d(2 + 2 * len(self.WIDTHS) if rich else 1, 1, kernel_size=1)
        nn.init.zeros_(self.weigh.weight)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.weigh(self.features(x) if self.rich else x)
        return logits

    def features(self, x: Tensor) -> Tensor:
        means = [_mean(x, width) for width in self.WIDTHS]
        squares = [_mean(x**2, width) for width in self.WIDTHS]
        deviations = [(square - mean**2).clamp(min=0).sqrt() for square, mean in zip(squares, means, strict=True)]
        return torch.cat([x, *means, *deviations, means[0] - means[1]], dim=1)


def _mean(x: Tensor, width: int) -> Tensor:
    return functional.avg_pool2d(x, width, stride=1, padding=width // 2, count_include_pad=False)
