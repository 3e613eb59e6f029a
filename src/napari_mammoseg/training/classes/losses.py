"""The losses of networks that tell benign from malignant, or more classes."""

from __future__ import annotations

from torch import Tensor, nn
from torch.nn import functional


def losses(network: nn.Module, batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
    """Cross-entropy of pictures (n, 1, rows, columns) whose masses are malignant (1) or not (0): (n,)."""
    pictures, malignant = batch
    return {"malignancy": functional.binary_cross_entropy_with_logits(network(pictures)[:, 0].float(), malignant)}


def class_losses(answers: Tensor, classes: Tensor, squared: bool, weights: Tensor | None) -> dict[str, Tensor]:
    """Cross-entropy of logits (n, classes) and the classes' numbers (n,), or the mean squared error of the
    probabilities (Jin and Zheng 2019, section 4.1).

    weights: one for each class (classes,), 1 on average over the pictures; None: all are 1.
    """
    logits = answers.float()
    if not squared:
        return {"classes": functional.cross_entropy(logits, classes, weights)}
    wanted = functional.one_hot(classes, logits.shape[1]).float()
    each = (logits.softmax(dim=1) - wanted).square().mean(dim=1)
    return {"classes": (each if weights is None else each * weights[classes]).mean()}
