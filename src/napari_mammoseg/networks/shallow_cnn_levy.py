"""The shallow network that Lévy and Jain 2016 and, after them, Peterka 2020 (section 5) compare with."""

from __future__ import annotations

from torch import Tensor, nn


class ShallowCnnLevy(nn.Module):
    """Three blocks of 3 x 3 convolution, batch normalisation, ReLU and 2 x 2 maximum; three dense layers.

    6,459,362 parameters for pictures of 224 x 224. Peterka does not give `widths` and `dense`; these are taken as
    Lévy and Jain's from memory. The softmax is left to the loss.
    Input (N, 1, side, side) in -1…1, side a multiple of 8. Output logits (N, classes).
    """

    def __init__(
        self,
        classes: int = 2,
        side: int = 224,
        widths: tuple[int, int, int] = (32, 32, 64),
        dense: tuple[int, int] = (128, 64),
    ) -> None:
        super().__init__()
        self.features = nn.Sequential(*_block(1, widths[0]), *_block(widths[0], widths[1]), *_block(*widths[1:]))
        self.classifier = nn.Sequential(
            nn.Flatten(),
            *(nn.Linear(widths[2] * (side // 8) ** 2, dense[0]), nn.ReLU()),
            *(nn.Linear(dense[0], dense[1]), nn.ReLU()),
            nn.Linear(dense[1], classes),
        )

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.classifier(self.features(x))
        return logits


def _block(inputs: int, outputs: int) -> tuple[nn.Module, ...]:
    return nn.Conv2d(inputs, outputs, 3, padding=1), nn.BatchNorm2d(outputs), nn.ReLU(), nn.MaxPool2d(2)
