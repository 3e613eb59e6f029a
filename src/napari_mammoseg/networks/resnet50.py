"""ResNet-50 (He 2016, table 1) as Peterka 2020 fine-tunes it, under the names of torchvision."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.networks.imagenet import DEVIATION, MEAN

BLOCKS = (3, 4, 6, 3)
WIDTHS = (64, 128, 256, 512)
WIDENING = 4
"""Channels of a block's answer for each one of its 3 x 3 convolution."""


class ResNet50(nn.Module):
    """A convolution of 7 x 7, four groups of 3, 4, 6 and 3 bottlenecks, the mean, one dense layer: 23,512,130
    parameters with two classes.

    Input (N, 3, H, W) in -1…1, the same grey in all channels (224 x 224 in the paper). Output logits (N, classes).
    """

    def __init__(self, classes: int = 2) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 64, 7, stride=2, padding=3, bias=False)
        self.bn1 = nn.BatchNorm2d(64)
        self.maxpool = nn.MaxPool2d(3, stride=2, padding=1)
        self.layer1 = _group(64, WIDTHS[0], BLOCKS[0], stride=1)
        self.layer2 = _group(256, WIDTHS[1], BLOCKS[1], stride=2)
        self.layer3 = _group(512, WIDTHS[2], BLOCKS[2], stride=2)
        self.layer4 = _group(1024, WIDTHS[3], BLOCKS[3], stride=2)
        self.fc = nn.Linear(2048, classes)
        for each in self.modules():
            if isinstance(each, nn.Conv2d):
                nn.init.kaiming_normal_(each.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, x: Tensor) -> Tensor:
        x = self.maxpool(functional.relu(self.bn1(self.conv1(x))))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        logits: Tensor = self.fc(x.mean((2, 3)))
        return logits


class Bottleneck(nn.Module):
    """1 x 1, 3 x 3 (with the stride, as torchvision has it) and 1 x 1, added to what came in."""

    def __init__(self, inputs: int, width: int, stride: int) -> None:
        super().__init__()
        outputs = WIDENING * width
        self.conv1 = nn.Conv2d(inputs, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, outputs, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(outputs)
        self.downsample: nn.Module = nn.Identity()
        if inputs != outputs:
            self.downsample = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        y = functional.relu(self.bn1(self.conv1(x)))
        y = functional.relu(self.bn2(self.conv2(y)))
        return functional.relu(self.bn3(self.conv3(y)) + self.downsample(x))


def _group(inputs: int, width: int, blocks: int, stride: int) -> nn.Sequential:
    later = (Bottleneck(WIDENING * width, width, 1) for _ in range(blocks - 1))
    return nn.Sequential(Bottleneck(inputs, width, stride), *later)


def from_torchvision(published: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """ImageNet's weights (torchvision's `resnet50`) for pictures in -1…1, without the layer of the 1000 classes.

    The first convolution expects pictures less ImageNet's mean, in its deviations; both go into that layer, which
    changes its answers at the very edge of a picture alone. Raises KeyError where that layer is missing.
    """
    state = {name: value.float() for name, value in published.items() if not name.startswith("fc.")}
    weight, deviation = state["conv1.weight"], torch.tensor(DEVIATION)
    grey = (0.5 - torch.tensor(MEAN)) / deviation
    state["bn1.running_mean"] = state["bn1.running_mean"] - (weight * grey[:, None, None]).sum((1, 2, 3))
    state["conv1.weight"] = weight / (2 * deviation)[:, None, None]
    return state
