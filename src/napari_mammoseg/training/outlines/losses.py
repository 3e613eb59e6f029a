"""Losses of outlines by name: what the papers used, and what came after them.

Each takes logits and truth (n, 1, h, w), the truth 0…1, and where to count: `inside` (n, 1, h, w) 0 or 1, the breast.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor
from torch.nn import functional

Loss = Callable[[Tensor, Tensor, Tensor], Tensor]
SMOOTH = 1.0


def cross_entropy(logits: Tensor, truth: Tensor, inside: Tensor, mass: float = 1.0, tissue: float = 1.0) -> Tensor:
    """Binary cross-entropy weighted by `mass` and `tissue`, over the number of pixels inside, as Cobos divided."""
    each = functional.binary_cross_entropy_with_logits(logits.float(), truth, reduction="none")
    return (each * inside * (mass * truth + tissue * (1 - truth))).sum() / inside.sum().clamp(min=1)


def dice(logits: Tensor, truth: Tensor, inside: Tensor) -> Tensor:
    """The mean over the pictures of 1 - soft Dice (Milletari 2016, with plain sums)."""
    p, t = torch.sigmoid(logits.float()) * inside, truth * inside
    both, total = (p * t).sum((1, 2, 3)), (p + t).sum((1, 2, 3))
    return (1 - (2 * both + SMOOTH) / (total + SMOOTH)).mean()


def jaccard(logits: Tensor, truth: Tensor, inside: Tensor, smoothing: float = 100.0) -> Tensor:
    """The Jaccard distance of Aung's code: (1 - (both + s) / (either + s)) s, smoothing 100."""
    p, t = torch.sigmoid(logits.float()) * inside, truth * inside
    both, total = (p * t).sum((1, 2, 3)), (p + t).sum((1, 2, 3))
    return ((1 - (both + smoothing) / (total - both + smoothing)) * smoothing).mean()


def focal(logits: Tensor, truth: Tensor, inside: Tensor, gamma: float = 2.0, alpha: float = 0.25) -> Tensor:
    """Focal loss (Lin 2017, equation 5), over the number of pixels inside."""
    each = functional.binary_cross_entropy_with_logits(logits.float(), truth, reduction="none")
    missed = torch.abs(truth - torch.sigmoid(logits.float()))
    return (each * inside * (alpha * truth + (1 - alpha) * (1 - truth)) * missed**gamma).sum() / inside.sum().clamp(
        min=1
    )


def combined(logits: Tensor, truth: Tensor, inside: Tensor) -> Tensor:
    """The sum of cross-entropy and Dice, from which the default network learns."""
    return cross_entropy(logits, truth, inside) + dice(logits, truth, inside)


LOSSES: dict[str, Loss] = {
    "cross-entropy": cross_entropy,
    "cobos": cross_entropy,
    "cobos-weighted": partial(cross_entropy, mass=0.9, tissue=0.1),
    "cobos-thesis": partial(cross_entropy, mass=15.0, tissue=1.0),
    "aung-1:10": partial(cross_entropy, mass=10.0),
    "aung-1:100": partial(cross_entropy, mass=100.0),
    "aung-1:1000000": partial(cross_entropy, mass=1e6),
    "aung-1:1500000": partial(cross_entropy, mass=1.5e6),
    "aung-jaccard": jaccard,
    "dice": dice,
    "focal": focal,
    "dice+cross-entropy": combined,
}
"""Name -> loss. Cobos 2016, experiment 1: equal weights, 2 and 3: 0.9 and 0.1; his thesis: 15 and 1; Aung 2018."""


def box_alone(logits: Tensor, tight: Tensor) -> Tensor:
    """For masses of which only the box is known (BoxInst, Tian 2021).

    Every row and column of the box must hold mass, those outside it none.
    logits (n, 1, size, size); tight (n, 4): the box in these pixels.
    """
    p = torch.sigmoid(logits.float())[:, 0]
    place = torch.arange(p.shape[-1], device=p.device) + 0.5
    parts = []
    for axis in (0, 1):
        shown = p.amax(dim=2 - axis)
        wanted = ((place >= tight[:, axis, None]) & (place < tight[:, axis + 2, None])).float()
        parts.append(1 - (2 * (shown * wanted).sum(1) + SMOOTH) / ((shown**2 + wanted**2).sum(1) + SMOOTH))
    return torch.stack(parts).mean()
