"""INFN's sorted patches, each a small picture that is calcified or not, as a network sees them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.random import Generator
from torch import Tensor

from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.contrast import local_contrast
from napari_mammoseg.training.calcifications.packed import Film
from napari_mammoseg.training.calcifications.shown import CELL, SPACING_MM
from napari_mammoseg.training.engine.layout import laid_out

SIDE = 64
TURNS = 8


class Patches:
    """The patches to draw from, and those of a batch."""

    def __init__(self, films: Sequence[Film]) -> None:
        self._contrast = torch.from_numpy(
            np.array([_contrast(each) for each in films], np.float32).reshape(-1, SIDE, SIDE)
        )
        self._meant = torch.from_numpy(np.array([_meant(each) for each in films], bool).reshape(-1, SIDE, SIDE))
        self.calcified = np.array([each.calcified for each in films], bool)

    def everything(self, device: torch.device) -> tuple[Tensor, Tensor]:
        """Contrast of every patch, and a mask of the pixels that belong to it, (n, SIDE, SIDE) each."""
        return self._contrast.to(device), self._meant.to(device)

    def drawn(self, count: int, random: Generator) -> dict[str, Tensor]:
        """`count` patches, half of them calcified."""
        halves = [random.choice(np.flatnonzero(self.calcified == k % 2), 1)[0] for k in range(count)]
        numbers = np.array(halves, np.int64)
        calcified = torch.from_numpy(self.calcified[numbers])
        return {
            "patch": torch.from_numpy(numbers),
            "turn": torch.from_numpy(random.integers(0, TURNS, count)),
            "calcified": calcified,
        }

    def made(self, group: dict[str, Tensor]) -> dict[str, Tensor]:
        """What `shown.Windows.made` gives, of SIDE pixels."""
        device = group["patch"].device
        self._contrast, self._meant = self.everything(device)
        contrast, meant = (_turned(each[group["patch"]], group["turn"]) for each in (self._contrast, self._meant))
        calcified = group["calcified"][:, None, None]
        cells = meant[:, CELL // 2 :: CELL, CELL // 2 :: CELL]
        return {
            "contrast": laid_out(contrast[:, None]),
            "calcified": torch.where(meant & ~calcified, 0.0, -1.0),
            "region": torch.where(cells, calcified.float(), -1.0),
            "bag": meant & calcified,
        }


def _contrast(film: Film) -> np.ndarray:
    grey = film.pixels.astype(np.float32) / np.float32(255)
    contrast = local_contrast(grey, SPACING_MM, breast_mask(grey, (SPACING_MM, SPACING_MM)))
    return np.pad(contrast, _missing(film), mode="edge")


def _meant(film: Film) -> np.ndarray:
    return np.pad(np.ones(film.pixels.shape, bool), _missing(film))


def _missing(film: Film) -> list[tuple[int, int]]:
    return [(0, SIDE - side) for side in film.pixels.shape]


def _turned(pictures: Tensor, turn: Tensor) -> Tensor:
    """Each square turned and mirrored in one of the eight possible ways."""
    for bit, change in ((1, lambda x: x.flip(1)), (2, lambda x: x.flip(2)), (4, lambda x: x.transpose(1, 2))):
        pictures = torch.where((turn & bit > 0)[:, None, None], change(pictures), pictures)
    return pictures
