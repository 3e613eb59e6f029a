"""The network of Valvano 2018 (section 2.4, figure 3): Detector and Segmentator are two trainings of it."""

from __future__ import annotations

from typing import Literal

from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.networks.vgg16 import he_start

Padding = Literal["same", "valid"]
WIDTHS = (16, 16, 32, 32, 32, 32)
"""Channels of the six convolutions: not in the paper's text, chosen here."""


class Valvano(nn.Module):
    """Six 3×3 convolutions, max-pooling after the first two, fully connected layers of 64 and 2.

    Batch normalisation follows every layer but the last, dropout 0.5 the layer of 64; He initialisation.
    Input (n, 1, size, size), grey values of a patch. Output logits (n, 2): negative, positive.
    size: 29, 39 or 49 pixels; "valid" convolutions leave something of a patch of 49 only (features of 2×2).
    """

    def __init__(self, size: int = 49, padding: Padding = "same", widths: tuple[int, ...] = WIDTHS) -> None:
        super().__init__()
        side = _feature_side(size, padding)
        if side < 1:
            raise ValueError(f"a patch of {size} leaves no features with {padding} convolutions")
        self.size, self.padding, self.widths, self.side = size, padding, widths, side
        layers: list[nn.Module] = []
        for index, (before, after) in enumerate(zip((1, *widths), widths, strict=False)):
            layers += [nn.Conv2d(before, after, 3, padding=padding), nn.BatchNorm2d(after), nn.ReLU(inplace=True)]
            layers += [nn.MaxPool2d(2)] if index < 2 else []
        self.features = nn.Sequential(*layers)
        self.hidden = nn.Sequential(
            nn.Conv2d(widths[-1], 64, side), nn.BatchNorm2d(64), nn.ReLU(inplace=True), nn.Dropout(0.5)
        )
        self.score = nn.Conv2d(64, 2, 1)
        self.apply(he_start)

    def forward(self, x: Tensor) -> Tensor:
        return self.score(self.hidden(self.features(x))).flatten(1)

    def embed(self, x: Tensor) -> Tensor:
        """The 64 features before the last layer, (n, 64): what the paper shows by t-SNE (section 3, figure 4)."""
        return self.hidden(self.features(x)).flatten(1)


class DenseValvano(Valvano):
    """The same weights for a whole image at once: each convolution once per pixel, not once per window.

    Input (n, 1, h, w), output logits (n, 2, h, w), pixel (r, c) being the window centred there; the image is
    continued by its border. Pools of stride 1 and dilated convolutions give what every window would: exactly for
    "valid"; for "same", windows see their true surroundings where a patch sees zeros.
    """

    def forward(self, x: Tensor) -> Tensor:
        rows, columns = x.shape[2:]
        half, before = self.size // 2, 0 if self.padding == "valid" else _TAPS_BEFORE
        x = functional.pad(x, (half + before, half + before + _SLACK) * 2, mode="replicate")
        dilation = 1
        for layer in [*self.features, *self.hidden, self.score]:
            if isinstance(layer, nn.MaxPool2d):
                x = functional.max_pool2d(x, 2, stride=1, dilation=dilation)
                dilation *= 2
            elif isinstance(layer, nn.Conv2d):
                x = functional.conv2d(x, layer.weight, layer.bias, dilation=dilation)
            else:
                x = layer(x)
        return x[:, :, :rows, :columns]


_TAPS_BEFORE = 1 + 2 + 4 * 4
"""Pixels before a window that the dense form of "same" looks at: one tap in each convolution, at its dilation."""
_SLACK = 4
"""Pools drop odd rows at a patch's end; the dense form needs as many more."""


def _feature_side(size: int, padding: Padding) -> int:
    lost = 0 if padding == "same" else 2
    for convolution in range(6):
        size -= lost
        if convolution < 2:
            size //= 2
    return size
