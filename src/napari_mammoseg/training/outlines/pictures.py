"""Whole mammograms with the outlines of their masses, for networks that outline all masses of a picture at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from napari_mammoseg.inference.preparation import See
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.tissue.resample import resample
from napari_mammoseg.tissue.standard import breast_or_field
from napari_mammoseg.training.outlines.crops import mask_of


@dataclass(frozen=True)
class Picture:
    """values: float16 (rows, columns) as the network is given them; breast: bool; masses: uint8, number k in mass k.

    spacing: mm per row and column of these pixels.
    """

    data_set: str
    name: str
    patient: str
    values: NDArray[np.float16]
    breast: NDArray[np.bool_]
    masses: NDArray[np.uint8]
    spacing: Spacing


def picture_of(data_set: str, name: str, patient: str, image: Mammogram, see: See) -> Picture:
    """The image with every mass of its truth that is outlined. Images without a spacing cannot be used."""
    assert image.spacing is not None
    shape = (image.rows, image.columns)
    outlined = [mask_of(each, shape) for each in image.truth or () if each.kind == "mass"]
    masks = [each for each in outlined if each is not None]
    return seen(data_set, name, patient, image.pixels, breast_or_field(image.pixels), masks, image.spacing, see)


def seen(
    data_set: str,
    name: str,
    patient: str,
    pixels: NDArray[np.float32],
    breast: NDArray[np.bool_],
    masks: Sequence[NDArray[np.bool_]],
    spacing: Spacing,
    see: See,
) -> Picture:
    """The picture made from an image, its breast and its masses."""
    whole = see(pixels, breast, spacing)
    masses = np.zeros(whole.values.shape, np.uint8)
    for number, mask in enumerate(masks, 1):
        masses[whole.part_of(resample(mask.astype(np.float32), whole.grid)) >= 0.5] = number
    finer = (spacing[0] * pixels.shape[0] / whole.grid[0], spacing[1] * pixels.shape[1] / whole.grid[1])
    return Picture(data_set, name, patient, whole.values.astype(np.float16), whole.breast, masses, finer)


@dataclass(frozen=True)
class Shown:
    """One picture for one step, on the device: (1, 1, rows, columns) each; masses as numbers."""

    values: Tensor
    inside: Tensor
    masses: Tensor

    @property
    def truth(self) -> Tensor:
        """1 in every mass."""
        return (self.masses > 0).float()


class Album:
    """Pictures that are moved to a device once and shown turned and mirrored (Cobos: 8 ways)."""

    def __init__(self, pictures: Sequence[Picture]) -> None:
        self.pictures = [
            [torch.from_numpy(each) for each in (picture.values, picture.breast, picture.masses)]
            for picture in pictures
        ]
        self.device = torch.device("cpu")

    def show(self, which: int, way: int, device: torch.device) -> Shown:
        """Picture `which`, by `way` 0…7 turned by right angles and mirrored."""
        if device != self.device:
            self.pictures = [[each.to(device) for each in parts] for parts in self.pictures]
            self.device = device
        parts = [torch.rot90(each, way % 4, (0, 1)) for each in self.pictures[which]]
        values, inside, masses = ((each.flip(1) if way >= 4 else each)[None, None] for each in parts)
        return Shown(values.float().contiguous(), inside.float(), masses)
