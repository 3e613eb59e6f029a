"""How a painter of lesions and its critic are trained against each other: pictures, masks and losses on one device."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.networks.lesion_painter import SIDE, style_of
from napari_mammoseg.training.lesions import squares
from napari_mammoseg.training.lesions.squares import Square

BOXES = 2.4
"""A picture's side in units of the longer side of the lesion's box."""
SCALES = (0.88, 1.1)
"""Factors between which the part of a square that a picture shows is made smaller or larger."""
SOFT = 3.0
"""Sigma in pixels of the mask's soft edge: paint ends about three times as far beyond the mask."""
LABELS = {"benign": 0, "malignant": 1}
DIVERSE = 0.1
"""Weight of the loss that asks for different pictures from different styles."""


@dataclass(frozen=True)
class Held:
    """Squares on one device. lesions, tissue: the numbers of each group's squares, of groups that have both."""

    pixels: Tensor
    masks: Tensor
    classes: Tensor
    lesions: list[Tensor]
    tissue: list[Tensor]

    @classmethod
    def of(cls, chosen: Sequence[Square], device: torch.device) -> Held:
        nothing = np.zeros((squares.SIDE, squares.SIDE), np.uint8)
        classes = torch.zeros(len(chosen), 2)
        for number, each in enumerate(chosen):
            if each.label in LABELS:
                classes[number, LABELS[each.label]] = 1
        pools: dict[str, tuple[list[int], list[int]]] = {}
        for number, each in enumerate(chosen):
            pools.setdefault(each.group, ([], []))[each.mask is None].append(number)
        full = [each for each in pools.values() if all(each)]
        return cls(
            torch.from_numpy(np.stack([each.pixels for each in chosen])).to(device),
            torch.from_numpy(np.stack([nothing if each.mask is None else each.mask for each in chosen])).to(device),
            classes.to(device),
            *([torch.tensor(each[kind], device=device) for each in full] for kind in (0, 1)),
        )


@dataclass(frozen=True)
class Drawn:
    """A batch: pictures (n, 1, SIDE, SIDE) stretched over -1…1, soft masks (same), classes (n, 2)."""

    tissue: Tensor
    masks: Tensor
    classes: Tensor
    real: Tensor
    real_classes: Tensor


def drawn(held: Held, count: int) -> Drawn:
    """Healthy tissue, a mask for it (the shape of another woman's lesion) and real lesions, from the same data sets."""
    device = held.pixels.device
    groups = torch.randint(len(held.lesions), (count,), device=device)
    healthy, shape, real = (_picked(pools, groups) for pools in (held.tissue, held.lesions, held.lesions))
    tissue = stretched(_seen(held.pixels[healthy], _turns(count, device)))
    masks = softened(_seen(held.masks[shape], _turns(count, device)))
    pictures = stretched(_seen(held.pixels[real], _turns(count, device)))
    return Drawn(tissue, masks, held.classes[shape], pictures, held.classes[real])


def _picked(pools: Sequence[Tensor], groups: Tensor) -> Tensor:
    """One square from the pool of each of `groups`."""
    lengths = torch.tensor([len(each) for each in pools], device=groups.device)
    starts = lengths.cumsum(0) - lengths
    place = (torch.rand(len(groups), device=groups.device) * lengths[groups]).long()
    return torch.cat(list(pools))[starts[groups] + place]


def _turns(count: int, device: torch.device) -> Tensor:
    """Matrices (n, 2, 3) that turn by any angle, mirror or not, and scale a little."""
    numbers = torch.rand(count, 3, device=device)
    angle = 2 * math.pi * numbers[:, 0]
    low, high = (math.log(each) for each in SCALES)
    part = BOXES / squares.REACH * torch.exp(low + (high - low) * numbers[:, 1])
    mirror = 1 - 2 * (numbers[:, 2] < 0.5).float()
    cos, sin, zero = part * angle.cos(), part * angle.sin(), torch.zeros_like(part)
    rows = torch.stack([cos * mirror, -sin, zero], dim=1), torch.stack([sin * mirror, cos, zero], dim=1)
    return torch.stack(rows, dim=1)


def _seen(pixels: Tensor, turns: Tensor) -> Tensor:
    grid = functional.affine_grid(turns, [len(pixels), 1, SIDE, SIDE], align_corners=False)
    picture = pixels[:, None].float() / 255
    return functional.grid_sample(picture, grid, padding_mode="reflection", align_corners=False)


def stretched(pictures: Tensor) -> Tensor:
    """Each picture scaled so that its 1st percentile is -1 and its 99th is 1; values beyond are not cut."""
    levels = torch.tensor([0.01, 0.99], device=pictures.device)
    low, high = torch.quantile(pictures.detach().flatten(1).float(), levels, dim=1)[:, :, None, None, None]
    return 2 * (pictures - low) / (high - low).clamp(min=1e-4) - 1


def softened(masks: Tensor) -> Tensor:
    """The masks with a soft edge: 1 inside, falling to 0 within some pixels around."""
    reach = int(3 * SOFT)
    place = torch.arange(-reach, reach + 1, device=masks.device, dtype=torch.float32)
    weights = torch.exp(-0.5 * (place / SOFT) ** 2)
    weights = (weights / weights.sum())[None, None]
    wide = functional.max_pool2d(masks, 5, stride=1, padding=2)
    wide = functional.conv2d(wide, weights[..., None, :], padding=(0, reach))
    return functional.conv2d(wide, weights[..., None], padding=(reach, 0)).clamp(0, 1)


def painted(painter: nn.Module, tissue: Tensor, masks: Tensor, classes: Tensor, noise: Tensor) -> Tensor:
    """The tissue with lesions: the painter's addition, multiplied by the soft mask."""
    maps = classes[:, :, None, None].expand(-1, -1, SIDE, SIDE)
    added = painter(torch.cat([tissue, masks, noise, maps], dim=1))
    return tissue + added * masks


def varied(pictures: Tensor) -> Tensor:
    """Shifted a little and with a piece cut out, real and painted pictures alike, so that the critic cannot learn them
    by heart (Zhao 2020, differentiable augmentation)."""
    count, device = len(pictures), pictures.device
    shift = torch.eye(2, 3, device=device).repeat(count, 1, 1)
    shift[:, :, 2] = (torch.rand(count, 2, device=device) - 0.5) * 0.2
    grid = functional.affine_grid(shift, list(pictures.shape), align_corners=False)
    moved = functional.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)
    place = torch.arange(SIDE, device=device)
    corner = torch.randint(-SIDE // 4, SIDE, (count, 2, 1), device=device)
    inside = ((place >= corner) & (place < corner + SIDE // 4)).float()
    return moved * (1 - inside[:, 0, :, None] * inside[:, 1, None, :])[:, None]


def critic_loss(critic: nn.Module, real: Tensor, real_classes: Tensor, false: Tensor, classes: Tensor) -> Tensor:
    """Hinge loss over whole pictures and pieces."""
    whole, pieces = critic(varied(torch.cat([real, false])), torch.cat([real_classes, classes]))
    n = len(real)
    parts = [(1 - each[:n]).relu().mean() + (1 + each[n:]).relu().mean() for each in (whole, pieces)]
    return parts[0] + 0.5 * parts[1]


def painter_loss(critic: nn.Module, false: Tensor, classes: Tensor) -> Tensor:
    whole, pieces = critic(varied(false), classes)
    return -whole.mean() - 0.5 * pieces.mean()


def sameness(first: Tensor, second: Tensor, noises: tuple[Tensor, Tensor]) -> Tensor:
    """A loss that is small where two styles on the same tissue give different pictures (Mao 2019, mode seeking)."""
    styles = (style_of(noises[0]) - style_of(noises[1])).abs().mean(dim=1)
    pictures = (first - second).abs().mean(dim=(1, 2, 3))
    return (styles / (pictures + 0.02)).clamp(max=20).mean()


def white_noise(like: Tensor) -> Tensor:
    """Noise for a batch of pictures."""
    return torch.randn(len(like), 1, SIDE, SIDE, device=like.device)
