"""How ciGAN is trained (Wu 2018; Peterka 2020, section 4): patches, holes and losses on one device."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.networks.cigan import SIDE
from napari_mammoseg.training.lesions.painting import stretched
from napari_mammoseg.training.lesions.vgg import Vgg
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.packed.stack import Stack

ZOOMS = (0.9, 1.1)
"""How much a lesion is zoomed (Peterka, section 4.1: "a small factor")."""
LARGEST = 0.8
"""Lesions whose box is longer than this share of a patch's side are left out."""
NORMAL_SHARE = 1 / 3
"""Share of the patches that are normal: 1,743 of 5,466 (section 4.1)."""
TRIES = 20
BOUNDARY_SIGMA, BOUNDARY_WEIGHT = 10.0, 1000.0


@dataclass(frozen=True)
class Patches:
    """real: (n, 1, side, side) in 0…1. masks: of the same shape, 1 where the lesion is or will be put.
    classes: (n, 2), first "not malignant", then "malignant"."""

    real: Tensor
    masks: Tensor
    classes: Tensor

    def corrupted(self) -> Tensor:
        """What the generator gets: the picture with uniform noise in the hole, the mask, the class maps."""
        hole = torch.where(self.masks > 0, torch.rand_like(self.real), self.real)
        maps = self.classes[:, :, None, None].expand(-1, -1, *self.real.shape[2:])
        return torch.cat([hole, self.masks, maps], dim=1)


class Films:
    """The films that patches are drawn from. side: of a patch, in pixels; normal: the share without a lesion."""

    def __init__(self, films: Sequence[MassFilm], side: int = SIDE, normal: float = NORMAL_SHARE) -> None:
        self._films, self._side, self._normal = films, side, normal
        self._stack = Stack([each.pixels for each in films])
        self._lesions = [
            (number, box, int(label))
            for number, film in enumerate(films)
            for box, label in zip(film.boxes, film.labels, strict=True)
            if label >= 0 and max(box[2] - box[0], box[3] - box[1]) < LARGEST * side
        ]

    def drawn(self, count: int, random: np.random.Generator) -> dict[str, Tensor]:
        """The random numbers from which a batch is made."""
        rows = [self._one(random) for _ in range(count)]
        return {name: torch.from_numpy(np.stack([row[name] for row in rows])) for name in rows[0]}

    def patches(self, batch: dict[str, Tensor]) -> Patches:
        """The patches of a batch, on its device."""
        real = self._stack.windows(batch["film"], batch["matrix"], self._side, 0.0)[:, None]
        return Patches(
            ((stretched(real) + 1) / 2).clamp(0, 1), ellipses(batch["ellipse"], self._side), batch["classes"]
        )

    def _one(self, random: np.random.Generator) -> dict[str, np.ndarray]:
        """A lesion somewhere in its patch; or, in a share of them, healthy tissue with the lesion's mask."""
        number, box, label = self._lesions[int(random.integers(len(self._lesions)))]
        zoom = random.uniform(*ZOOMS)
        half, middle = zoom * (box[2:] - box[:2]) / 2, (box[:2] + box[2:]) / 2
        at = self._side / 2 + random.uniform(-0.8, 0.8, 2) * (self._side / 2 - half)
        if random.random() < self._normal:
            middle, label = healthy_place(self._films[number], half / zoom, random), 0
        corner = middle - at / zoom
        return {
            "film": np.array(number),
            "matrix": np.array([[1 / zoom, 0, corner[0]], [0, 1 / zoom, corner[1]]], np.float32),
            "ellipse": np.array([*at, *half, random.uniform(0.8, 1)], np.float32),
            "classes": np.array([label == 0, label == 1], np.float32),
        }


def healthy_place(film: MassFilm, half: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """A place where a lesion would lie in the breast, clear of others; where no try finds one, the last try."""
    breast = film.breast
    for _ in range(TRIES):
        place = film.places[int(random.integers(len(film.places)))]
        apart = np.abs((film.boxes[:, :2] + film.boxes[:, 2:]) / 2 - place)
        clear = (apart > half + (film.boxes[:, 2:] - film.boxes[:, :2]) / 2).any(axis=1).all()
        if clear and _in_the_breast(breast, place - half, place + half):
            break
    return place


def _in_the_breast(breast: np.ndarray, low: np.ndarray, high: np.ndarray) -> bool:
    """Whether all of the box from `low` to `high` is breast."""
    (row0, column0), (row1, column1) = np.floor(low).astype(int), np.ceil(high).astype(int)
    rows, columns = breast.shape
    inside = row0 >= 0 and column0 >= 0 and row1 <= rows and column1 <= columns
    return inside and bool(breast[row0:row1, column0:column1].all())


def ellipses(shapes: Tensor, side: int = SIDE) -> Tensor:
    """(n, 1, side, side) masks from middle, half axes, and how much narrower the ellipse is than its box."""
    place = torch.arange(side, device=shapes.device, dtype=torch.float32)
    row = ((place - shapes[:, :1]) / shapes[:, 2:3])[:, :, None]
    column = ((place - shapes[:, 1:2]) / (shapes[:, 3:4] * shapes[:, 4:5]))[:, None, :]
    return ((row**2 + column**2) < 1).float()[:, None]


def perceptual_loss(vgg: Vgg, real: Tensor, made: Tensor) -> Tensor:
    """L1 between pictures and between VGG's maps of them (section 4.2)."""
    pairs = zip([real, *vgg(real)], [made, *vgg(made)], strict=True)
    return torch.stack([(a - b).abs().mean() for a, b in pairs]).sum()


def boundary_loss(real: Tensor, made: Tensor, masks: Tensor) -> Tensor:
    """L1 around the edge of the hole: the edge, blurred with sigma 10 and scaled from 0 to 1, is its weight.

    This sigma is for patches of 256 pixels; it is smaller in smaller ones.
    """
    eroded = -functional.max_pool2d(-masks, 3, stride=1, padding=1)
    weight = _blurred(masks - eroded, BOUNDARY_SIGMA * masks.shape[-1] / SIDE)
    weight = weight / weight.amax(dim=(2, 3), keepdim=True).clamp(min=1e-6)
    return BOUNDARY_WEIGHT * (weight * (made - real).abs()).mean()


def _blurred(pictures: Tensor, sigma: float) -> Tensor:
    reach = math.ceil(2 * sigma)
    place = torch.arange(-reach, reach + 1, device=pictures.device, dtype=torch.float32)
    weights = torch.exp(-0.5 * (place / sigma) ** 2)[None, None]
    wide = functional.conv2d(pictures, weights[..., None, :], padding=(0, reach))
    return functional.conv2d(wide, weights[..., None], padding=(reach, 0))


def real_or_made(critic: nn.Module, patches: Patches, made: Tensor) -> Tensor:
    """Half the discriminator's cross-entropy over real and made patches."""
    real = functional.softplus(-critic(patches.real, patches.classes)).mean()
    false = functional.softplus(critic(made, patches.classes)).mean()
    return (real + false) / 2


def taken_for_real(critic: nn.Module, patches: Patches, made: Tensor) -> Tensor:
    """The generator's adversarial loss, in its non-saturating form."""
    return functional.softplus(-critic(made, patches.classes)).mean()
