"""SSD for pictures of 256 x 256 (Jin and Zheng 2019, section 3.2 and experiment D)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.networks.default_boxes import BOXES
from napari_mammoseg.networks.vgg16 import equalised, he_start

CLASSES = 3
"""Background, benign, malignant."""
SOURCES = (512, 1024, 512, 256, 256, 256)
HEAD_DEVIATION = 0.01
"""Standard deviation of the last layers' weights at first: small, so that their gradients leave the trunk alone."""
VGG16 = ("to_conv4_3.", "to_fc7.1.", "to_fc7.3.", "to_fc7.5.")
"""Beginnings of the names of the layers that VGG-16 has, too."""
Layer = Callable[..., nn.Module]


def separable_conv(
    inputs: int, outputs: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1
) -> nn.Module:
    """A depthwise convolution without bias, then one of 1 x 1: as Keras' SeparableConv2D, 1 x 1 kernels included."""
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, kernel, stride, padding, dilation, groups=inputs, bias=False),
        nn.Conv2d(inputs, outputs, 1),
    )


class Scaled(nn.Module):
    """Each pixel's channels scaled to length 1 (L2), times one factor per channel that starts at 20."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.factor = nn.Parameter(torch.full((channels,), 20.0))

    def forward(self, x: Tensor) -> Tensor:
        return functional.normalize(x, dim=1) * self.factor[:, None, None]


class SSD256(nn.Module):
    """SSD256: 23,715,730 parameters; 4,820,525 with `separable` (Jin and Zheng 2019, table 2).

    Input (N, 3, 256, 256) in -1…1. Outputs for the 6,132 boxes of `default_boxes.ssd256()`: logits of background,
    benign and malignant (N, 6132, 3), and offsets (N, 6132, 4).
    """

    def __init__(self, separable: bool = False) -> None:
        super().__init__()
        conv: Layer = separable_conv if separable else nn.Conv2d
        self.to_conv4_3 = nn.Sequential(
            *_block(conv, 3, 64, 2),
            nn.MaxPool2d(2),
            *_block(conv, 64, 128, 2),
            nn.MaxPool2d(2),
            *_block(conv, 128, 256, 3),
            nn.MaxPool2d(2),
            *_block(conv, 256, 512, 3),
        )
        self.scaled = Scaled(512)
        self.to_fc7 = nn.Sequential(
            nn.MaxPool2d(2),
            *_block(conv, 512, 512, 3),
            nn.MaxPool2d(3, stride=1, padding=1),
            conv(512, 1024, 3, padding=6, dilation=6),
            nn.ReLU(),
            conv(1024, 1024, 1),
            nn.ReLU(),
        )
        self.extras = nn.ModuleList(
            (
                _extra(conv, 1024, 256, 512, kernel=3, stride=2, padding=1),
                _extra(conv, 512, 128, 256, kernel=3, stride=2, padding=1),
                _extra(conv, 256, 128, 256, kernel=3),
                _extra(conv, 256, 128, 256, kernel=2),
            )
        )
        pairs = list(zip(SOURCES, BOXES, strict=True))
        self.confidence = nn.ModuleList(nn.Conv2d(inputs, CLASSES * boxes, 3, padding=1) for inputs, boxes in pairs)
        self.offsets = nn.ModuleList(nn.Conv2d(inputs, 4 * boxes, 3, padding=1) for inputs, boxes in pairs)
        self.apply(he_start)
        self.confidence.apply(_unsure)
        self.offsets.apply(_unsure)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.to_conv4_3(x)
        sources = [self.scaled(x), self.to_fc7(x)]
        for extra in self.extras:
            sources.append(extra(sources[-1]))
        confidence = [_listed(head(each), CLASSES) for head, each in zip(self.confidence, sources, strict=True)]
        offsets = [_listed(head(each), 4) for head, each in zip(self.offsets, sources, strict=True)]
        return torch.cat(confidence, 1), torch.cat(offsets, 1)


def _block(conv: Layer, inputs: int, outputs: int, layers: int) -> list[nn.Module]:
    modules: list[nn.Module] = []
    for index in range(layers):
        modules += [conv(inputs if index == 0 else outputs, outputs, 3, padding=1), nn.ReLU()]
    return modules


def _extra(conv: Layer, inputs: int, narrow: int, outputs: int, **second: int) -> nn.Module:
    kernel = second.pop("kernel")
    return nn.Sequential(conv(inputs, narrow, 1), nn.ReLU(), conv(narrow, outputs, kernel, **second), nn.ReLU())


def _listed(x: Tensor, values: int) -> Tensor:
    """(N, boxes · values, h, w) as (N, h · w · boxes, values)."""
    return x.permute(0, 2, 3, 1).reshape(x.shape[0], -1, values)


def _unsure(module: nn.Module) -> None:
    if isinstance(module, nn.Conv2d):
        nn.init.normal_(module.weight, std=HEAD_DEVIATION)


def from_vgg16(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """ImageNet's VGG-16 (`features.N.weight` and `.bias`) for the plain trunk, as `vgg16.equalised` has it.

    Layers that VGG-16 does not have are left out.
    """
    state = {}
    for name, value in equalised(published).items():
        _, index, part = name.split(".")
        layer = f"to_conv4_3.{index}" if int(index) < 24 else f"to_fc7.{int(index) - 23}"
        state[f"{layer}.{part}"] = value
    return state
