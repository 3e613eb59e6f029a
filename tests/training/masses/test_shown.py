"""Crops of a batch: the truth lies on the mass."""

from __future__ import annotations

import numpy as np
import torch

from napari_mammoseg.training.masses.crops import Variation
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.masses.shown import Crops
from napari_mammoseg.training.masses.targets import NO_BOX


def film(data_set: str) -> MassFilm:
    pixels = np.full((500, 400), 90, np.uint8)
    pixels[200:260, 150:230] = 240
    breast = np.packbits(np.ones(pixels.shape, bool))
    return MassFilm(
        data_set, "a", "w", pixels, breast, np.array([[200.0, 150, 260, 230]]), np.array([1]), np.empty((0, 4))
    )


def test_the_box_of_a_crop_is_bright_and_around_it_is_not() -> None:
    crops = Crops(
        [film("mias"), film("inbreast")], {"mias": 1.0}, 192, Variation(degrees=0.0, stretch=0.0, at_mass=1.0)
    )
    batch = crops.drawn(12, np.random.default_rng(0))
    pictures = crops.pictures(batch)
    assert pictures.shape == (12, 1, 192, 192)
    assert set(batch["film"].tolist()) == {0}
    seen = 0
    for picture, boxes, labels in zip(pictures[:, 0], batch["boxes"], batch["labels"], strict=True):
        for row0, column0, row1, column1 in boxes[labels > NO_BOX].round().int().tolist():
            inside = picture[max(row0, 0) + 3 : row1 - 3, max(column0, 0) + 3 : column1 - 3]
            assert inside.mean() > picture.median()
            seen += 1
    assert seen >= 8


def test_the_same_numbers_give_the_same_crops() -> None:
    crops = Crops([film("mias")], {"mias": 1.0}, 64, Variation())
    first, second = (crops.drawn(3, np.random.default_rng(5)) for _ in range(2))
    assert all(torch.equal(first[name], second[name]) for name in first)
