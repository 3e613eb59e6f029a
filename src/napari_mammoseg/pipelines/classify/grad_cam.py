"""Which part of a view speaks for malignant, in PyTorch.

Grad-CAM (Selvaraju 2017, section 3) with the gradient of each place in place of its mean over all places (HiResCAM,
Draelos and Carin 2020): the mean often points at the border of the view, where there is no mass.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from napari_mammoseg.errors import InputError
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.classify.views import Array
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.resample import resample

if TYPE_CHECKING:
    from torch import Tensor, nn

SMALLEST_MAP = 6
"""Cells along a side of the network's maps that are shown: fewer say little of where."""


def grad_cam(model: Model, views: Sequence[Array], run: Run) -> list[Array]:
    """For each view (side, side) a map of the same size in 0…1; its highest value is 1, or all are 0.

    The last maps of the network of `SMALLEST_MAP` cells and more, each cell times its gradient of the logit of
    malignancy, summed over the channels, where that is positive. Raises InputError for a network without such maps.
    """
    import torch

    network = model.load().to(run.device)
    place = model.facts.classes.index("malignant") if model.facts.classes else 0
    found = []
    for view in run.track(views, "heat", len(views)):
        seen = torch.from_numpy(np.repeat(view[np.newaxis, np.newaxis], model.facts.channels, axis=1)).to(run.device)
        maps, logits = _last_maps(network, seen.requires_grad_())
        if maps is None:
            raise InputError(model.name, "has no maps that show where", "leave the heat out, or choose another model")
        (gradient,) = torch.autograd.grad(logits[0, place], maps)
        speaks = (gradient * maps).sum(1)[0].relu().detach()
        share: Array = (speaks / speaks.max().clamp(min=1e-12)).cpu().numpy()
        found.append(resample(share, (view.shape[0], view.shape[1])))
    return found


def _last_maps(network: nn.Module, seen: Tensor) -> tuple[Tensor | None, Tensor]:
    """What the last layer that gives such maps gave, (1, channels, rows, columns), and the logits (1, classes)."""
    import torch

    kept: list[Tensor] = []

    def keep(layer: nn.Module, given: object, answer: object) -> None:
        if isinstance(answer, torch.Tensor) and answer.ndim == 4 and min(answer.shape[2:]) >= SMALLEST_MAP:
            kept[:] = [answer]

    layers = [each for each in network.modules() if not list(each.children())]
    hooks = [each.register_forward_hook(keep) for each in layers]
    logits: Tensor = network(seen)
    for each in hooks:
        each.remove()
    return (kept[0] if kept else None), logits
