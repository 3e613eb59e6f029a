"""The small convolutional network of Aung 2018 (section V B), as the paper has it and as its code has it."""

from __future__ import annotations

from torch import Tensor, nn


class ShallowCNN(nn.Module):
    """5 x 5 with 16, 5 x 5 with 8, maximum of 50 x 50, dropout 0.25, 5 x 5 with 16, two dense layers.

    23,116,482 parameters at 1024 x 1024; as coded (the third convolution has 4 filters) 23,083,350. Nothing is padded
    and the first dense layer has 10 units (code). The softmax over two numbers per pixel is given as their difference.
    Input (N, 1, side, side), output logits (N, 1, side, side); a side of at least 258.
    """

    def __init__(self, side: int = 1024, third: int = 16) -> None:
        super().__init__()
        pooled = (side - 8) // 50 - 4
        self.side = side
        self.features = nn.Sequential(
            *(nn.Conv2d(1, 16, 5), nn.ReLU()),
            *(nn.Conv2d(16, 8, 5), nn.ReLU()),
            nn.MaxPool2d(50),
            nn.Dropout(0.25),
            *(nn.Conv2d(8, third, 5), nn.ReLU()),
            nn.Flatten(),
            *(nn.Linear(third * pooled**2, 10), nn.ReLU()),
        )
        self.pixels = nn.Linear(10, 2 * side**2)

    def forward(self, x: Tensor) -> Tensor:
        background, tumour = self.pixels(self.features(x)).view(-1, self.side, self.side, 2).unbind(-1)
        return (tumour - background)[:, None]
