"""The two networks of Cobos 2016 ("Segmentation of Breast Cancer Masses in Digital Mammograms"), as printed there."""

from __future__ import annotations

import math

from torch import Tensor, nn

from napari_mammoseg.networks.tensorflow import enlarged

SLOPE = 0.1


class CobosVGG(nn.Module):
    """Experiments 1 and 2 (plain and weighted loss): 2,906,681 parameters.

    Input (N, 1, H, W) whitened grey at 0.179 mm a pixel (112 pixels for 2 cm), H and W multiples of 16. Output logits
    (N, 1, H, W), each 16 x 16 pixels interpolated.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *conv(1, 56, kernel=6, stride=2, padding=2, keep=0.9),
            *conv(56, 56, keep=0.9),
            nn.MaxPool2d(2),
            *conv(56, 84, keep=0.8),
            *conv(84, 84, keep=0.8),
            nn.MaxPool2d(2),
            *conv(84, 112, keep=0.7),
            *conv(112, 112, keep=0.7),
            *conv(112, 112, keep=0.7),
            nn.MaxPool2d(2),
            *conv(112, 448, kernel=7, padding=3, keep=0.6),
        )
        self.score = nn.Conv2d(448, 1, kernel_size=1)
        self.apply(_start)

    def forward(self, x: Tensor) -> Tensor:
        return enlarged(self.score(self.features(x)), factor=16)


class CobosResNet(nn.Module):
    """Experiment 3 (deeper, fewer parameters, better resolution): 894,017 parameters.

    Input (N, 1, H, W) whitened grey at 0.156 mm a pixel (128 pixels for 2 cm), H and W multiples of 4. Output logits
    (N, 1, H, W), each 4 x 4 pixels interpolated. Padding is on both sides, where TensorFlow's SAME, with stride 2, pads
    the end alone: the third layer is shifted by a pixel against the author's code.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *conv(1, 32, kernel=6, stride=2, padding=2, keep=0.9),
            *conv(32, 32, keep=0.9),
            *conv(32, 64, stride=2, keep=0.8),
            *conv(64, 64, keep=0.8),
            *conv(64, 128, padding=2, dilation=2, keep=0.7),
            *conv(128, 128, padding=2, dilation=2, keep=0.7),
            *conv(128, 128, padding=2, dilation=2, keep=0.7),
            *conv(128, 128, padding=2, dilation=2, keep=0.7),
            *conv(128, 256, padding=4, dilation=4, keep=0.6),
        )
        self.score = nn.Conv2d(256, 1, kernel_size=8, padding=14, dilation=4)
        self.apply(_start)

    def forward(self, x: Tensor) -> Tensor:
        return enlarged(self.score(self.features(x)), factor=4)


def conv(
    inputs: int, outputs: int, kernel: int = 3, stride: int = 1, padding: int = 1, dilation: int = 1, keep: float = 1.0
) -> tuple[nn.Module, nn.Module, nn.Module]:
    """Convolution, leaky ReLU, and the author's dropout, `keep` being the share of units that stay."""
    return (
        nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation),
        nn.LeakyReLU(SLOPE),
        nn.Dropout(1 - keep),
    )


def _start(layer: nn.Module) -> None:
    """Weights of N(0, sqrt(2 / inputs)), no bias (the author's code)."""
    if isinstance(layer, nn.Conv2d):
        nn.init.normal_(layer.weight, std=math.sqrt(2 / layer.weight[0].numel()))
        assert layer.bias is not None
        nn.init.zeros_(layer.bias)
