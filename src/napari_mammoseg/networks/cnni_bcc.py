"""CNNI-BCC (Ting 2019) as Jin and Zheng 2019 (sections 3.1 and 4.1) describe it and as they ran it."""

from __future__ import annotations

from torch import Tensor, nn

from napari_mammoseg.networks.ssd256 import separable_conv

WIDTHS = (*[64] * 2, *[128] * 2, *[256] * 6, *[512] * 12, *[1024] * 6)
"""Filters of the 28 convolutions. Not in the paper: VGG-16's, of which the network is "modified"."""
RUN = 4
"""So many of the convolutions Jin and Zheng kept."""


class CnniBcc(nn.Module):
    """`layers` depthwise separable convolutions of 3 x 3, an average pool, one dense layer.

    All 28 and, as Jin and Zheng ran it, the first 4 of them (6 layers as they count: 4 convolutions, pool, dense).
    The paper gives neither widths nor strides nor normalisation: here the map is halved where the width doubles, and
    batch normalisation and a ReLU follow each convolution (without it, 28 layers hardly learn).
    Input (N, 1, H, W) in -1…1 (128 x 128 in the paper). Output logits (N, classes).
    """

    def __init__(self, classes: int = 3, layers: int = len(WIDTHS)) -> None:
        super().__init__()
        modules: list[nn.Module] = []
        before = 1
        for width in WIDTHS[:layers]:
            stride = 2 if width == 2 * before else 1
            modules += [separable_conv(before, width, 3, stride, padding=1), nn.BatchNorm2d(width), nn.ReLU()]
            before = width
        self.features = nn.Sequential(*modules)
        self.score = nn.Linear(before, classes)

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.score(self.features(x).mean((2, 3)))
        return logits
