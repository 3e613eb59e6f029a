"""What TensorFlow did otherwise than PyTorch when the papers were written."""

from __future__ import annotations

from torch import Tensor
from torch.nn import functional


def enlarged(x: Tensor, factor: int) -> Tensor:
    """`resize_bilinear` of TensorFlow 0.x and 1.x: (N, C, H, W) to (N, C, factor H, factor W).

    New pixel i lies at i / factor of the old ones, without the half pixel that PyTorch puts between; beyond the last
    row and column the map goes on as it is.
    """
    rows, columns = x.shape[2:]
    x = functional.pad(x, (0, 1, 0, 1), mode="replicate")
    size = (factor * rows + 1, factor * columns + 1)
    return functional.interpolate(x, size=size, mode="bilinear", align_corners=True)[:, :, :-1, :-1]
