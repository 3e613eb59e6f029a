"""VGG-16 for grey pictures of 128 x 128 (Simonyan 2014, table 1, column D; Jin and Zheng 2019, section 3.1)."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from napari_mammoseg.networks.imagenet import DEVIATION, MEAN

BLOCKS = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
"""Filters and 3 x 3 convolutions of each block, which ends with a 2 x 2 maximum."""
DENSE = 4096
SIZES = (22.0, 100.0, 103.0, 152.0, 166.0, 191.0, 142.0, 115.0, 71.0, 22.0, 15.0, 6.1, 1.1)
"""Root mean square of the output of each of the 13 convolutions on a mammogram, with ImageNet's weights."""


class VGG16(nn.Module):
    """Five blocks, `hidden` dense layers of 4096, one of `classes`: 65,061,570 parameters with two classes.

    The paper calls it 16 layers and speaks of "two fully-connected layers": of two hidden ones as in the original, as
    we read it; with hidden=1 it has 48,280,258 parameters. Dropout 0.5 as in the original.
    Input (N, 1, 128, 128) in -1…1. Output logits (N, classes).
    """

    def __init__(self, classes: int = 2, side: int = 128, hidden: int = 2) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 1
        for filters, count in BLOCKS:
            for _ in range(count):
                layers += [nn.Conv2d(inputs, filters, 3, padding=1), nn.ReLU()]
                inputs = filters
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        dense: list[nn.Module] = [nn.Flatten()]
        inputs *= (side // 32) ** 2
        for _ in range(hidden):
            dense += [nn.Linear(inputs, DENSE), nn.ReLU(), nn.Dropout(0.5)]
            inputs = DENSE
        self.classifier = nn.Sequential(*dense, nn.Linear(inputs, classes))
        self.features.apply(he_start)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.classifier(self.features(x))
        return logits


def he_start(module: nn.Module) -> None:
    """He's start; a depthwise convolution, which no ReLU follows, keeps the size of what it gets."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, nonlinearity="relu" if module.groups == 1 else "linear")
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def equalised(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """ImageNet's convolutions (`features.N.weight` and `.bias`, RGB with ImageNet's mean and deviation), as many as
    there are, for three channels in -1…1.

    The first layer is rewritten for that input. Each layer's output is divided by its `SIZES`, which changes nothing
    but its unit: with outputs in the hundreds the first layers' gradients drown all others.
    """
    mean, deviation = torch.tensor(MEAN), torch.tensor(DEVIATION)
    state: dict[str, Tensor] = {}
    before = 1.0
    indices = sorted(
        int(name.split(".")[1]) for name in published if name.startswith("features.") and name.endswith("weight")
    )
    for index, size in zip(indices, SIZES, strict=False):
        weight, bias = (published[f"features.{index}.{part}"].float() for part in ("weight", "bias"))
        if index == 0:
            bias = bias + (weight * ((0.5 - mean) / deviation).view(1, 3, 1, 1)).sum((1, 2, 3))
            weight = weight / (2 * deviation).view(1, 3, 1, 1)
        state |= {f"features.{index}.weight": weight * (before / size), f"features.{index}.bias": bias / size}
        before = size
    return state


def for_grey(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The same for one channel, as if all three had its grey values."""
    state = equalised(published)
    return state | {"features.0.weight": state["features.0.weight"].sum(1, keepdim=True)}
