"""A feed-forward network that says where the tumour is as a circle (Aung 2018, section V A)."""

from __future__ import annotations

import torch
from torch import Tensor, nn

SHARPNESS = 50.0
"""How steeply the outline's logits fall, per picture's side."""


class MLPCircle(nn.Module):
    """Layers of 128, 64, 32, 16 and 3 on the flattened picture, ReLU after each but the last: 134,228,771 parameters at
    1024 x 1024.

    The authors had a ReLU after the last layer, too, and got [0, 0, 0] for every picture; `relu=True` is their network.
    Input (N, 1, side, side). `circle` gives (N, 3): column, row and radius in units of the side; `forward` gives logits
    (N, 1, side, side) of the disc.
    """

    def __init__(self, side: int = 1024, relu: bool = False) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Flatten(),
            *(nn.Linear(side * side, 128), nn.ReLU()),
            *(nn.Linear(128, 64), nn.ReLU()),
            *(nn.Linear(64, 32), nn.ReLU()),
            *(nn.Linear(32, 16), nn.ReLU()),
            nn.Linear(16, 3),
            nn.ReLU() if relu else nn.Identity(),
        )
        self.side = side

    def circle(self, x: Tensor) -> Tensor:
        circles: Tensor = self.layers(x)
        return circles

    def forward(self, x: Tensor) -> Tensor:
        column, row, radius = self.circle(x).float()[:, :, None, None].unbind(1)
        place = (torch.arange(self.side, device=x.device) + 0.5) / self.side
        distance = torch.sqrt((place[:, None] - row) ** 2 + (place[None, :] - column) ** 2 + 1e-8)
        return SHARPNESS * (radius - distance)[:, None]
