"""The default network of synthesis: what must be added to healthy tissue so that a mass seems to lie in it."""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

SIDE = 128
INPUTS = 5
"""Healthy picture, soft mask, noise, and two class maps (benign, malignant)."""
NOISE = 2
"""The channel of the noise."""
WIDTHS = (24, 48, 96, 160, 224)
BLOCK = 16
STYLE = (SIDE // BLOCK) ** 2
"""Numbers of a style: the noise's means over blocks of 16 x 16 pixels."""


class LesionPainter(nn.Module):
    """Grey to add to a healthy picture: a U-Net whose layers a random style scales.

    Input (N, 5, 128, 128): healthy tissue in about -1…1, mask of the lesion 0…1, white noise of deviation 1, class
    maps. Output (N, 1, 128, 128), in the units of the picture. The picture is seen at the lesion's own scale: the box
    of the mask fills the same part of it, whatever its size in mm. The noise is both the grain and, averaged over
    blocks, the style that decides on the lesion as a whole.
    """

    def __init__(self, widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        self.enter = nn.Conv2d(INPUTS, widths[0], 3, padding=1)
        self.down = nn.ModuleList(Styled(a, b, stride=2) for a, b in pairwise(widths))
        self.middle = Styled(widths[-1], widths[-1])
        ups = list(zip(widths[::-1], widths[-2::-1], strict=False))
        self.up = nn.ModuleList(Styled(deep + beside, beside) for deep, beside in ups)
        self.leave = nn.Conv2d(widths[0], 1, 3, padding=1)
        for each in self.leave.parameters():
            nn.init.zeros_(each)

    def forward(self, x: Tensor) -> Tensor:
        style = style_of(x[:, NOISE : NOISE + 1])
        y = functional.leaky_relu(self.enter(x), 0.2)
        seen = [y]
        for layer in self.down:
            y = layer(y, style)
            seen.append(y)
        y = self.middle(y, style)
        for layer, beside in zip(self.up, seen[-2::-1], strict=True):
            larger = functional.interpolate(y, scale_factor=2.0, mode="bilinear", align_corners=False)
            y = layer(torch.cat([larger, beside], dim=1), style)
        added: Tensor = self.leave(y)
        return added


def style_of(noise: Tensor) -> Tensor:
    """The style (N, 64), normal of deviation 1, in a map of white noise (N, 1, 128, 128)."""
    return functional.avg_pool2d(noise, BLOCK).flatten(1) * BLOCK


class Styled(nn.Module):
    """Two convolutions; between them each channel is normalised, then scaled and moved by the style."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, stride, padding=1)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)
        self.style = nn.Linear(STYLE, 2 * outputs)
        nn.init.normal_(self.style.weight, std=0.1)
        nn.init.zeros_(self.style.bias)

    def forward(self, x: Tensor, style: Tensor) -> Tensor:
        y = functional.group_norm(self.first(x), 8)
        scale, move = self.style(style)[:, :, None, None].chunk(2, dim=1)
        y = functional.leaky_relu(y * (1 + scale) + move, 0.2)
        return functional.leaky_relu(self.second(y), 0.2)


class PainterCritic(nn.Module):
    """How real a lesion's picture looks, as a whole and piece by piece.

    Input (N, 1, 128, 128), stretched from -1 to 1 over its own 1st to 99th percentile, and class (N, 2), zeros where it
    is not known. Output: one score per picture (N,), one per piece (N, 1, 16, 16).
    """

    def __init__(self, widths: tuple[int, ...] = (32, 64, 128, 192, 256)) -> None:
        super().__init__()
        normal = nn.utils.parametrizations.spectral_norm
        self.layers = nn.ModuleList(
            normal(nn.Conv2d(inputs, outputs, 4, stride=2, padding=1))
            for inputs, outputs in zip((1, *widths), widths, strict=False)
        )
        self.last = normal(nn.Conv2d(widths[-1] + 1, widths[-1], 3, padding=1))
        self.piece = normal(nn.Conv2d(widths[2], 1, 3, padding=1))
        self.whole = normal(nn.Linear(widths[-1], 1))
        self.classes = normal(nn.Linear(2, widths[-1], bias=False))

    def forward(self, x: Tensor, classes: Tensor) -> tuple[Tensor, Tensor]:
        y, pieces = x, x
        for level, layer in enumerate(self.layers):
            y = functional.leaky_relu(layer(y), 0.2)
            pieces = y if level == 2 else pieces
        spread = y.std(dim=0, unbiased=False).mean().expand(len(y), 1, *y.shape[2:])
        y = functional.leaky_relu(self.last(torch.cat([y, spread], dim=1)), 0.2).sum(dim=(2, 3))
        whole = self.whole(y)[:, 0] + (self.classes(classes) * y).sum(dim=1)
        return whole, self.piece(pieces)
