"""What a dense detector of masses is to say on a batch of crops, worked out where the network is."""

from __future__ import annotations

import torch
from torch import Tensor

WIDTH = 5.0  # a box's side over the sigma of its bump
NEAR = 0.45  # height of the bump above which a cell also says how far the box reaches
SMALLEST = 12.0  # pixels: smaller masses get the bump of this size
NO_BOX = -2  # label of what only fills up the list


def targets(boxes: Tensor, labels: Tensor, ignored: Tensor, side: int, stride: int) -> dict[str, Tensor]:
    """The maps (n, rows, columns) that `masses.losses` takes.

    boxes (n, k, 4), labels (n, k), small masses last: they win where two overlap; ignored (n, m, 4). Lists are filled
    up with the label NO_BOX and empty boxes.
    heat: 1 at each mass's centre, falling off like a Gaussian; centre: 1 there alone; learned: 0 where ignored;
    reach (n, 4, …): cells to the box's top, left, bottom, right; weight: how much that counts, 1 per mass in sum;
    malignant: 1, 0, or -1 where it is not known.
    """
    middles = (torch.arange(side // stride, device=boxes.device) + 0.5) * stride
    real = (labels > NO_BOX)[:, :, None, None]
    cell = ((boxes[..., :2] + boxes[..., 2:]) / 2 // stride).clamp(0, len(middles) - 1)
    size = (boxes[..., 2:] - boxes[..., :2]).clamp(min=SMALLEST)
    away = (middles - (cell[..., None] + 0.5) * stride) / size[..., None] * WIDTH
    bumps = torch.exp(-0.5 * (away[..., 0, :, None] ** 2 + away[..., 1, None, :] ** 2)) * real
    steps = torch.arange(len(middles), device=boxes.device)
    centre = ((cell[..., 0, None, None] == steps[:, None]) & (cell[..., 1, None, None] == steps) & real).any(dim=1)
    near = bumps > NEAR
    last = torch.arange(1, boxes.shape[1] + 1, device=boxes.device)[:, None, None]
    owner = (near * last).amax(dim=1)
    mine = (owner - 1).clamp(min=0)
    shares = bumps / (bumps * near).sum(dim=(2, 3), keepdim=True).clamp(min=1e-6)
    covered = owner > 0
    return {
        "heat": bumps.amax(dim=1),
        "centre": centre.float(),
        "learned": (centre | ~_within(ignored, middles).any(dim=1)).float(),
        "reach": _reach(boxes, mine, middles, stride),
        "weight": shares.gather(1, mine[:, None])[:, 0] * covered,
        "malignant": torch.where(covered, _of(labels, mine).float(), -1.0),
    }


def _within(boxes: Tensor, middles: Tensor) -> Tensor:
    low, high = boxes[..., :2, None], boxes[..., 2:, None]
    inside = (middles > low) & (middles < high)
    return inside[..., 0, :, None] & inside[..., 1, None, :]


def _of(values: Tensor, mine: Tensor) -> Tensor:
    """The entry of the list (n, k) that each cell (n, rows, columns) belongs to."""
    return values.gather(1, mine.flatten(1)).view_as(mine)


def _reach(boxes: Tensor, mine: Tensor, middles: Tensor, stride: int) -> Tensor:
    top, left, bottom, right = (_of(boxes[..., edge], mine) for edge in range(4))
    rows, columns = middles[:, None], middles
    return (torch.stack([rows - top, columns - left, bottom - rows, right - columns], dim=1) / stride).clamp(min=0.3)
