"""Windows around loosely drawn boxes, cut from crops on the device that trains: turned, stretched, in other grey."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from napari_mammoseg.evaluation.boxed import LOOSE
from napari_mammoseg.tissue.boxed import DEVIATIONS, HIGHEST
from napari_mammoseg.training.outlines.crops import SIDE, Crop

FOUND = -0.1, 0.5
"""The same for boxes that a detector finds, which may cut into the mass."""
FOUND_SHARE = 0.25
STRETCH, SHEAR = 0.18, 0.12
NUMBERS = 16
"""How many random numbers a view is made from."""


class Held:
    """Crops as tensors on one device: pixels, masks (n, SIDE, SIDE), points (n, p, 2), and whether each is outlined."""

    def __init__(self, pixels: Tensor, masks: Tensor, points: Tensor, known: Tensor) -> None:
        self.pixels, self.masks, self.points, self.known = pixels, masks, points, known

    @classmethod
    def of(cls, crops: Sequence[Crop]) -> Held:
        nothing = np.zeros((SIDE, SIDE), np.uint8)
        return cls(
            torch.from_numpy(np.stack([each.pixels for each in crops])),
            torch.from_numpy(np.stack([nothing if each.mask is None else each.mask for each in crops])),
            torch.from_numpy(np.stack([each.points for each in crops])),
            torch.tensor([each.mask is not None for each in crops]),
        )

    def on(self, device: torch.device) -> Held:
        """The same object, with its tensors moved to `device`."""
        if self.pixels.device != device:
            moved = (each.to(device) for each in (self.pixels, self.masks, self.points, self.known))
            self.pixels, self.masks, self.points, self.known = moved
        return self


@dataclass(frozen=True)
class Views:
    """inputs (n, 3, size, size); masks (n, size, size) 0…1; tight (n, 4): the mass's own box in the window's pixels."""

    inputs: Tensor
    masks: Tensor
    tight: Tensor
    known: Tensor


def views(held: Held, which: Tensor, numbers: Tensor, size: int, context: float, varied: bool = True) -> Views:
    """One view of each crop `which` (n,), made from uniform random `numbers` (n, NUMBERS) on the device.

    size: pixels of the window's side; context: the side in units of the longer side of the drawn box.
    varied: turned, stretched and with other grey values; else only the box is random.
    """
    known = held.known[which]
    turn = _turns(numbers, known) if varied else torch.eye(2, device=numbers.device).expand(len(which), 2, 2)
    low, high, middle = _tight(held.points[which], turn)
    loose_low, loose_high = _loosened(low, high, numbers, varied)
    side = context * (loose_high - loose_low).amax(1)
    centre = (loose_low + loose_high) / 2
    place = (torch.arange(size, device=numbers.device) + 0.5) / size - 0.5
    grid = torch.stack(torch.meshgrid(place, place, indexing="ij"), dim=-1)
    at = centre[:, None, None] + side[:, None, None, None] * grid
    source = torch.einsum("nij,nhwj->nhwi", torch.linalg.inv(turn), at) + middle[:, None, None]
    source = (2 * source / SIDE - 1).flip(-1)
    grey = _sampled(held.pixels[which], source)
    masks = _sampled(held.masks[which], source)
    extent = (loose_high - loose_low)[:, None, None]
    relative = 2 * side[:, None, None, None] * grid / extent
    depth = 1 - torch.stack([relative.abs().amax(-1), relative.norm(dim=-1)], dim=1)
    grey = _varied(grey, depth[:, 0] >= 0, numbers) if varied else _standardised(grey, depth[:, 0] >= 0)
    corner = centre - side[:, None] / 2
    tight = torch.cat([low - corner, high - corner], dim=1) * size / side[:, None]
    return Views(torch.cat([grey[:, None], depth.clamp(min=-1)], dim=1), masks, tight, known)


def _turns(numbers: Tensor, known: Tensor) -> Tensor:
    """(n, 2, 2): any angle, mirrored or not, a little stretched and sheared; right angles where only a box is known."""
    angle = 2 * torch.pi * numbers[:, 0]
    angle = torch.where(known, angle, torch.round(4 * numbers[:, 0]) * torch.pi / 2)
    cosine, sine = torch.cos(angle), torch.sin(angle)
    turn = torch.stack([cosine, -sine, sine, cosine], dim=1).view(-1, 2, 2)
    mirror = torch.where(numbers[:, 1] < 0.5, -1.0, 1.0)
    stretch = torch.exp(STRETCH * (2 * numbers[:, 2] - 1))
    shear = torch.where(known, SHEAR * (2 * numbers[:, 3] - 1), 0.0)
    shape = torch.stack([stretch, shear, torch.zeros_like(shear), mirror / stretch], dim=1).view(-1, 2, 2)
    return shape @ turn


def _tight(points: Tensor, turn: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Lowest and highest corner (n, 2) of the turned mass's box, relative to `middle`, which the turn does not move."""
    middle = (points.amin(1) + points.amax(1)) / 2
    turned = torch.einsum("nij,npj->npi", turn, points - middle[:, None])
    return turned.amin(1), turned.amax(1), middle


def _loosened(low: Tensor, high: Tensor, numbers: Tensor, varied: bool) -> tuple[Tensor, Tensor]:
    shares = LOOSE * numbers[:, 4:8]
    if varied:
        found = FOUND[0] + (FOUND[1] - FOUND[0]) * numbers[:, 4:8]
        shares = torch.where(numbers[:, 8:9] < FOUND_SHARE, found, shares)
    return low - shares[:, :2] * (high - low), high + shares[:, 2:] * (high - low)


def _sampled(pictures: Tensor, grid: Tensor) -> Tensor:
    values = pictures[:, None].float() / 255
    return functional.grid_sample(values, grid, padding_mode="border", align_corners=False)[:, 0]


def _standardised(grey: Tensor, inside: Tensor) -> Tensor:
    count = inside.sum((1, 2), keepdim=True)
    mean = (grey * inside).sum((1, 2), keepdim=True) / count
    deviation = torch.sqrt(((grey - mean) ** 2 * inside).sum((1, 2), keepdim=True) / count)
    return ((grey - mean) / (DEVIATIONS * deviation + 1e-6)).clamp(-HIGHEST, HIGHEST)


def _varied(grey: Tensor, inside: Tensor, numbers: Tensor) -> Tensor:
    """The windows as another film would show them: other curve, sharpness, unevenness and grain."""
    n = numbers[:, :, None, None]
    grey = grey.clamp(min=1e-3) ** torch.exp(0.5 * (2 * n[:, 9] - 1))
    smooth = functional.avg_pool2d(grey[:, None], 5, 1, 2, count_include_pad=False)[:, 0]
    grey = torch.where(n[:, 10] < 0.4, grey + (smooth - grey) * (3.5 * n[:, 10] - 0.4), grey)
    grey = _standardised(grey, inside)
    uneven = torch.randn(len(grey), 1, 4, 4, device=grey.device)
    uneven = functional.interpolate(uneven, size=grey.shape[1:], mode="bicubic", align_corners=False)[:, 0]
    grain = torch.randn_like(grey)
    grain = torch.where(n[:, 11] < 0.5, functional.avg_pool2d(grain[:, None], 3, 1, 1)[:, 0] * 2, grain)
    grey = grey * torch.exp(0.25 * (2 * n[:, 12] - 1)) + 0.2 * (2 * n[:, 13] - 1)
    return grey + 0.15 * n[:, 14] * uneven + 0.1 * n[:, 15] ** 2 * grain


def drawn(random: np.random.Generator, count: int) -> NDArray[np.float32]:
    """The uniform random numbers of `count` views, (count, NUMBERS)."""
    return random.random((count, NUMBERS), np.float32)
