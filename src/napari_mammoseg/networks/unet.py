"""U-Net (Ronneberger 2015), which Aung 2018 takes as it is, and a slim one."""

from __future__ import annotations

import torch
from torch import Tensor, nn

WIDTHS = (64, 128, 256, 512, 1024)
SLIM = (16, 32, 48, 64, 96)


class UNet(nn.Module):
    """Two 3 x 3 convolutions at each of five levels, 2 x 2 up-convolutions, skip connections: 31,030,593 parameters.

    Convolutions are padded, so that the answer is as large as the picture. slim: the widths SLIM, and batch
    normalisation. Input (N, inputs, H, W), H and W multiples of 16. Output logits (N, 1, H, W).
    """

    def __init__(self, slim: bool = False, inputs: int = 1) -> None:
        super().__init__()
        widths = SLIM if slim else WIDTHS
        self.down = nn.ModuleList()
        for width in widths:
            self.down.append(double(inputs, width, slim))
            inputs = width
        self.pool = nn.MaxPool2d(2)
        self.enlarge, self.up = nn.ModuleList(), nn.ModuleList()
        for width in reversed(widths[:-1]):
            self.enlarge.append(nn.ConvTranspose2d(inputs, width, 2, stride=2))
            self.up.append(double(2 * width, width, slim))
            inputs = width
        self.score = nn.Conv2d(inputs, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        skipped = []
        for level, convolutions in enumerate(self.down):
            x = convolutions(x if level == 0 else self.pool(x))
            skipped.append(x)
        for enlarge, convolutions, beside in zip(self.enlarge, self.up, reversed(skipped[:-1]), strict=True):
            x = convolutions(torch.cat([beside, enlarge(x)], dim=1))
        logits: Tensor = self.score(x)
        return logits


def double(inputs: int, outputs: int, normalised: bool) -> nn.Sequential:
    """Two 3 x 3 convolutions, each with a ReLU."""
    layers: list[nn.Module] = []
    for before in (inputs, outputs):
        convolution = nn.Conv2d(before, outputs, 3, padding=1)
        nn.init.kaiming_normal_(convolution.weight, nonlinearity="relu")
        layers += [convolution, *([nn.BatchNorm2d(outputs)] if normalised else []), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)
