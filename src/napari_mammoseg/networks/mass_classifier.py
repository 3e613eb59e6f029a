"""Benign or malignant: EfficientNet-Lite0 on one marked mass."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from napari_mammoseg.networks.efficientnet_lite import EfficientNetLite0

DROPPED = 0.3
COARSE = 2
"""The first of the trunk's maps that are averaged: those of stride 16 and 32."""


class MassClassifier(nn.Module):
    """The logit of malignancy of the mass in the middle of a picture.

    Input (N, 1, H, W) in -1…1, H and W multiples of 32. Output (N, 1).
    """

    def __init__(self) -> None:
        super().__init__()
        self.trunk = EfficientNetLite0()
        features = sum(self.trunk.channels[COARSE:])
        self.norm = nn.LayerNorm(features)
        self.dropout = nn.Dropout(DROPPED)
        self.malignant = nn.Linear(features, 1)
        nn.init.normal_(self.malignant.weight, std=0.01)
        nn.init.zeros_(self.malignant.bias)

    def forward(self, x: Tensor) -> Tensor:
        pooled = torch.cat([each.float().mean((2, 3)) for each in self.trunk(x)[COARSE:]], dim=1)
        logits: Tensor = self.malignant(self.dropout(self.norm(pooled)))
        return logits
