"""A classifier of patches (Shen 2017, "YaroslavNet") and its transfer to pixels (Aung 2018, section IV E)."""

from __future__ import annotations

from torch import Tensor, nn

from napari_mammoseg.networks.tensorflow import enlarged

WIDTHS = (32, 64, 128, 256, 256, 512)
CLASSES = ("background", "malignant mass", "benign mass", "malignant calcification", "benign calcification")


class PatchClassifier(nn.Module):
    """Six blocks of two 3 x 3 convolutions with batch normalisation and a 2 x 2 maximum, their mean, five classes.

    5,904,357 numbers with the statistics of batch normalisation, 5,899,365 of them learned. The published weights have
    no shortcut connections, of which Aung 2018 speaks.
    Input (N, 1, H, W); output logits (N, 5).
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = blocks()
        self.score = nn.Linear(WIDTHS[-1], len(CLASSES))

    def forward(self, x: Tensor) -> Tensor:
        logits: Tensor = self.score(self.features(x).mean((2, 3)))
        return logits


class PatchPixels(nn.Module):
    """The same network without its last layer, and two dense layers that say tumour or not for each pixel.

    As coded by Aung 2018: 10 units, one unit per pixel, each with a ReLU, and a weight and a bias for all pixels:
    17,441,260 numbers at 1024 x 1024. dense=False: the two layers at each place of the last map, enlarged 64-fold, so
    that they keep the place. Input (N, 1, side, side), for dense=False any multiple of 64; output logits of its size.
    """

    def __init__(self, side: int = 1024, dense: bool = True) -> None:
        super().__init__()
        self.side, self.dense = side, dense
        self.features = blocks()
        if dense:
            self.hidden = nn.Sequential(nn.Linear(WIDTHS[-1], 10), nn.ReLU(), nn.Linear(10, side**2), nn.ReLU())
            self.score: nn.Module = nn.Linear(1, 1)
        else:
            self.hidden = nn.Sequential(nn.Conv2d(WIDTHS[-1], 10, 1), nn.ReLU())
            self.score = nn.Conv2d(10, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        y = self.features(x)
        if not self.dense:
            return enlarged(self.score(self.hidden(y)), factor=64)
        pixels = self.score(self.hidden(y.mean((2, 3)))[:, :, None])
        return pixels.view(-1, 1, self.side, self.side)


def blocks() -> nn.Sequential:
    """The six blocks: (N, 1, H, W) to (N, 512, H / 64, W / 64)."""
    layers: list[nn.Module] = []
    before = 1
    for width in WIDTHS:
        for inputs in (before, width):
            layers += [nn.Conv2d(inputs, width, 3, padding=1), nn.BatchNorm2d(width), nn.ReLU(inplace=True)]
        layers.append(nn.MaxPool2d(2))
        before = width
    return nn.Sequential(*layers)
