"""The losses of a dense detector of masses (CenterNet, Zhou 2019; GIoU)."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional


def losses(outputs: tuple[Tensor, Tensor, Tensor], wanted: dict[str, Tensor]) -> dict[str, Tensor]:
    """Focal loss of the centres, GIoU loss of the boxes, cross-entropy of malignancy where it is known; per mass."""
    centre, reach, malignant = (each.float() for each in outputs)
    masses = wanted["centre"].sum().clamp(min=1)
    sure = wanted["weight"] * (wanted["malignant"] >= 0)
    entropy = functional.binary_cross_entropy_with_logits(
        malignant[:, 0], wanted["malignant"].clamp(min=0), reduction="none"
    )
    return {
        "centre": _focal(centre[:, 0], wanted) / masses.clamp(min=len(centre) / 2),
        "box": (_giou_loss(reach, wanted["reach"]) * wanted["weight"]).sum() / masses,
        "malignancy": 0.2 * (entropy * sure).sum() / masses,
    }


def _focal(logits: Tensor, wanted: dict[str, Tensor]) -> Tensor:
    share = logits.sigmoid()
    right = wanted["centre"] * (1 - share) ** 2 * functional.logsigmoid(logits)
    wrong = (1 - wanted["centre"]) * wanted["learned"] * (1 - wanted["heat"]) ** 4 * share**2
    return -(right + wrong * functional.logsigmoid(-logits)).sum()


def _giou_loss(given: Tensor, wanted: Tensor) -> Tensor:
    """1 - GIoU of two boxes around the same cell, (N, rows, columns)."""
    common, around = torch.minimum(given, wanted), torch.maximum(given, wanted)
    given_area, wanted_area, inner, outer = (_area(each) for each in (given, wanted, common, around))
    union = given_area + wanted_area - inner
    outer = outer.clamp(min=1e-6)
    return 1 - inner / union.clamp(min=1e-6) + (outer - union) / outer


def _area(reach: Tensor) -> Tensor:
    return (reach[:, 0] + reach[:, 2]) * (reach[:, 1] + reach[:, 3])
