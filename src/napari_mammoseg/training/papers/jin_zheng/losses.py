"""The losses of SSD (Liu 2016, section 2.2), as ssd_keras has them."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.training.engine.layout import laid_out

CHANNELS = 3
"""Channels of the network's input; all get the same grey values."""
NEGATIVES = 3
"""Hard negatives for each positive box."""


def losses(network: nn.Module, batch: tuple[Tensor, Tensor, Tensor]) -> dict[str, Tensor]:
    """The losses of grey pictures (n, 1, side, side), given the labels and offsets of their default boxes."""
    pixels = laid_out(batch[0].expand(-1, CHANNELS, -1, -1))
    confidence, offsets = network(pixels)
    return box_losses(confidence.float(), offsets.float(), batch[1], batch[2])


def box_losses(confidence: Tensor, offsets: Tensor, labels: Tensor, wanted: Tensor) -> dict[str, Tensor]:
    """Softmax loss of the classes and smooth L1 of the offsets, over the number of positive boxes of the batch.

    labels (N, boxes): 0 background, 1 benign, 2 malignant, -1 left out; wanted (N, boxes, 4): offsets of positives.
    Of the background boxes only the hardest count, three for each positive over the batch, at least one.
    """
    positive = labels > 0
    count = positive.sum().clamp(min=1)
    each = functional.cross_entropy(confidence.flatten(0, 1), labels.flatten().clamp(min=0), reduction="none")
    background = each.detach().masked_fill(labels.flatten() != 0, -1.0)
    hardest = background.topk(min(int(NEGATIVES * count), background.numel())).indices
    hardest = hardest[background[hardest] >= 0]
    classes = each[positive.flatten()].sum() + each[hardest].sum()
    places = functional.smooth_l1_loss(offsets[positive], wanted[positive], reduction="sum")
    return {"classes": classes / count, "places": places / count}
