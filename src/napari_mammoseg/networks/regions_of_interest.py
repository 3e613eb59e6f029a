"""What two-stage detectors share: anchors, boxes relative to others, RoIAlign, the best of overlapping boxes.

Boxes are (n, 4): top, left, bottom, right in pixels of the picture, half-open.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional

RATIOS = (0.5, 1.0, 2.0)
LARGEST_STEP = 4.0
"""Logarithm of a side's largest change: an untrained network's boxes stay finite."""
SAMPLES = 2
"""Points along each side of a bin whose mean is its value (He 2017)."""


def anchors(shape: tuple[int, int], stride: int, size: float, device: torch.device) -> Tensor:
    """A box of each ratio (height to width) and area size² at every cell of a map: (rows * columns * ratios, 4)."""
    rows, columns = ((torch.arange(each, device=device) + 0.5) * stride for each in shape)
    middle = torch.cartesian_prod(rows, columns)[:, None]
    ratios = torch.tensor(RATIOS, device=device).sqrt()
    half = torch.stack([size * ratios, size / ratios], dim=1)[None] / 2
    return torch.cat([middle - half, middle + half], dim=2).view(-1, 4)


def encoded(boxes: Tensor, start: Tensor) -> Tensor:
    """Boxes as steps from others: of the middle in their sides, of the sides as logarithms (Ren 2015)."""
    middle, sides = _middle(boxes)
    begin, unit = _middle(start)
    return torch.cat([(middle - begin) / unit, torch.log(sides / unit)], dim=1)


def decoded(steps: Tensor, start: Tensor) -> Tensor:
    """The boxes that steps lead to."""
    begin, unit = _middle(start)
    middle, half = begin + steps[:, :2] * unit, unit * torch.exp(steps[:, 2:].clamp(max=LARGEST_STEP)) / 2
    return torch.cat([middle - half, middle + half], dim=1)


def _middle(boxes: Tensor) -> tuple[Tensor, Tensor]:
    return (boxes[:, :2] + boxes[:, 2:]) / 2, (boxes[:, 2:] - boxes[:, :2]).clamp(min=1e-3)


def overlap(boxes: Tensor, others: Tensor) -> Tensor:
    """IoU of each with each other, (n, m)."""
    low = torch.maximum(boxes[:, None, :2], others[None, :, :2])
    high = torch.minimum(boxes[:, None, 2:], others[None, :, 2:])
    both = (high - low).clamp(min=0).prod(2)
    areas = [(each[:, 2:] - each[:, :2]).prod(1) for each in (boxes, others)]
    return both / (areas[0][:, None] + areas[1][None] - both).clamp(min=1e-6)


def best_of(boxes: Tensor, scores: Tensor, highest: float, count: int) -> Tensor:
    """Places of at most `count` boxes by falling score; none overlaps a better one of them by more than `highest`.

    Greedy suppression, solved for all boxes at once: it is repeated until what is kept no longer changes.
    """
    order = scores.argsort(descending=True, stable=True)
    above = (overlap(boxes[order], boxes[order]) > highest).triu(diagonal=1).float()
    kept = torch.ones(len(order), device=boxes.device)
    for _ in range(len(order)):
        again = (kept @ above == 0).float()
        if torch.equal(again, kept):
            break
        kept = again
    return order[kept > 0][:count]


def roi_align(maps: Tensor, stride: int, boxes: Tensor, size: int) -> Tensor:
    """The part of a map (1, channels, h, w) under each box as (n, channels, size, size), without rounding (He 2017)."""
    points = (torch.arange(SAMPLES * size, device=maps.device) + 0.5) / (SAMPLES * size)
    at = boxes[:, None, :2] + points[None, :, None] * (boxes[:, None, 2:] - boxes[:, None, :2])
    rows, columns = (2 * at[..., axis] / (stride * maps.shape[2 + axis]) - 1 for axis in (0, 1))
    grid = torch.stack(
        [columns[:, None, :].expand(-1, len(points), -1), rows[:, :, None].expand(-1, -1, len(points))], dim=-1
    )
    flat = grid.reshape(1, -1, len(points), 2).to(maps.dtype)
    found = functional.grid_sample(maps, flat, padding_mode="border", align_corners=False)
    found = found[0].view(maps.shape[1], len(boxes), len(points), len(points)).transpose(0, 1)
    return functional.avg_pool2d(found, SAMPLES)
