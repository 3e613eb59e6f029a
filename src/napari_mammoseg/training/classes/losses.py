"""The loss of a network that tells benign from malignant."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


def losses(network: nn.Module, batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
    """Cross-entropy of pictures (n, 1, rows, columns) whose masses are malignant (1) or not (0): (n,)."""
    pictures, malignant = batch
    return {"malignancy": functional.binary_cross_entropy_with_logits(network(pictures)[:, 0].float(), malignant)}
