"""EfficientNet-Lite0 as a trunk for grey images, its batch normalisation fixed and folded into scale and bias."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

# expansion, channels, blocks, first stride, kernel: the table of EfficientNet-B0 that Lite0 keeps (Tan and Le 2019)
STAGES = (
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
)
STEM = 32
BATCH_NORM_EPSILON = 1e-3


class ScaledConv(nn.Module):
    """A convolution with one scale and one bias per channel: what batch normalisation with fixed statistics amounts to.

    The scale is applied to the weights, so that it costs nothing per pixel. Padding is TensorFlow's SAME: with stride 2
    on even sides the extra row and column are at the end. In training on a processor, convolutions of 1 x 1 are matrix
    products and depthwise ones stay in single precision: several times faster backwards there, the same numbers.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int = 1, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.stride, self.groups, self.kernel = stride, groups, kernel
        self.weight = nn.Parameter(torch.empty(outputs, inputs // groups, kernel, kernel))
        self.scale = nn.Parameter(torch.ones(outputs))
        self.bias = nn.Parameter(torch.zeros(outputs))
        nn.init.kaiming_normal_(self.weight, mode="fan_out")

    def forward(self, x: Tensor) -> Tensor:
        weight = self.weight * self.scale[:, None, None, None]
        processor = x.device.type == "cpu"
        if self.kernel == 1 and self.training and processor:
            return functional.linear(x.permute(0, 2, 3, 1), weight[:, :, 0, 0], self.bias).permute(0, 3, 1, 2)
        single = processor and self.groups > 1
        with torch.autocast(x.device.type, enabled=torch.is_autocast_enabled(x.device.type) and not single):
            x = x.float() if single else x
            if self.stride == 1:
                return functional.conv2d(x, weight, self.bias, padding=self.kernel // 2, groups=self.groups)
            before, after = (self.kernel - 2) // 2, (self.kernel - 1) // 2
            x = functional.pad(x, (before, after, before, after))
            return functional.conv2d(x, weight, self.bias, stride=self.stride, groups=self.groups)


class NormedConv(nn.Module):
    """A convolution, a normalisation of each pixel's channels to mean 0 and deviation 1, and a ReLU.

    It stands on the trunk, whose maps differ a hundredfold in size; without the normalisation its units stay at 0.
    It uses no other pixel, so that a crop gives the same answer as the whole picture.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int = 1) -> None:
        super().__init__()
        self.conv = ScaledConv(inputs, outputs, kernel)
        self.norm = nn.LayerNorm(outputs)

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.norm(self.conv(x).permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return functional.relu(y)


class InvertedBottleneck(nn.Module):
    """Expansion, depthwise convolution, projection; ReLU6 and no squeeze-and-excitation, as Lite has it."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int, expansion: int) -> None:
        super().__init__()
        wide = inputs * expansion
        self.expand = ScaledConv(inputs, wide) if expansion > 1 else None
        self.depthwise = ScaledConv(wide, wide, kernel, stride, groups=wide)
        self.project = ScaledConv(wide, outputs)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y = x if self.expand is None else functional.relu6(self.expand(x))
        y = self.project(functional.relu6(self.depthwise(y)))
        return x + y if self.residual else y


class EfficientNetLite0(nn.Module):
    """The trunk of EfficientNet-Lite0 without its classifier, for a grey image.

    Input (N, inputs, H, W) in -1…1, H and W multiples of 32; the first channel is grey, further ones say something else
    of each pixel. Output: the maps of stride 4, 8, 16 and 32 with 24, 40, 112 and 320 channels.
    """

    channels = (24, 40, 112, 320)

    def __init__(self, inputs: int = 1) -> None:
        super().__init__()
        self.stem = ScaledConv(inputs, STEM, 3, stride=2)
        self.blocks = nn.ModuleList()
        inputs = STEM
        for expansion, outputs, blocks, stride, kernel in STAGES:
            for block in range(blocks):
                self.blocks.append(InvertedBottleneck(inputs, outputs, kernel, stride if block == 0 else 1, expansion))
                inputs = outputs

    def forward(self, x: Tensor) -> list[Tensor]:
        x = functional.relu6(self.stem(x))
        maps = []
        for index, block in enumerate(self.blocks):
            x = block(x)
            if index in (2, 4, 10, 15):
                maps.append(x)
        return maps


def from_imagenet(published: Mapping[str, Tensor], inputs: int = 1) -> dict[str, Tensor]:
    """The state of `EfficientNetLite0` from the published ImageNet weights of the PyTorch port.

    The stem's three colours are summed (a grey image shows the same in each); batch normalisation is folded.
    Channels beyond the first begin without effect.
    """
    state = {f"stem.{name}": value for name, value in _folded(published, "_conv_stem", "_bn0").items()}
    grey = state["stem.weight"].sum(1, keepdim=True)
    state["stem.weight"] = torch.cat([grey, grey.new_zeros(len(grey), inputs - 1, *grey.shape[2:])], dim=1)
    for index in range(16):
        block = f"_blocks.{index}."
        for part, conv, norm in (
            ("expand", "_expand_conv", "_bn0"),
            ("depthwise", "_depthwise_conv", "_bn1"),
            ("project", "_project_conv", "_bn2"),
        ):
            if f"{block}{conv}.weight" in published:
                folded = _folded(published, block + conv, block + norm)
                state |= {f"blocks.{index}.{part}.{name}": value for name, value in folded.items()}
    return state


def _folded(published: Mapping[str, Tensor], conv: str, norm: str) -> dict[str, Tensor]:
    scale = published[f"{norm}.weight"] / torch.sqrt(published[f"{norm}.running_var"] + BATCH_NORM_EPSILON)
    bias = published[f"{norm}.bias"] - published[f"{norm}.running_mean"] * scale
    return {"weight": published[f"{conv}.weight"], "scale": scale, "bias": bias}
