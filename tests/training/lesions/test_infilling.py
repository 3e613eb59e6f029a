"""ciGAN's losses are zero where they should be, and its turns are those of the paper."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from napari_mammoseg.networks.cigan import SIDE
from napari_mammoseg.training.lesions.infilling import (
    Patches,
    boundary_loss,
    ellipses,
    healthy_place,
    perceptual_loss,
)
from napari_mammoseg.training.lesions.vgg import Vgg
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.recipes.cigan import Turns
from training.phantom_data import write_vgg


def mask() -> torch.Tensor:
    return ellipses(torch.tensor([[128.0, 100.0, 40.0, 30.0, 0.9]]))


def test_an_ellipse_has_its_axes() -> None:
    rows, columns = torch.nonzero(mask()[0, 0], as_tuple=True)
    assert (int(rows.min()), int(rows.max())) == (89, 167)
    assert int(columns.max()) - int(columns.min()) == pytest.approx(54, abs=2)


def test_noise_fills_the_hole_and_nothing_else() -> None:
    patches = Patches(torch.full((1, 1, SIDE, SIDE), 0.5), mask(), torch.tensor([[0.0, 1.0]]))
    given = patches.corrupted()
    hole = patches.masks[0, 0] > 0
    assert given.shape == (1, 4, SIDE, SIDE)
    assert (given[0, 0][~hole] == 0.5).all()
    assert given[0, 0][hole].std() == pytest.approx(1 / 12**0.5, abs=0.02)
    assert (given[0, 3] == 1).all()


def test_healthy_places_have_room_for_the_lesion_in_the_breast() -> None:
    breast = np.zeros((120, 100), bool)
    breast[:, :60] = True
    none = np.zeros((0, 4))
    film = MassFilm("mias", "a", "a", breast.astype(np.uint8), np.packbits(breast), none, np.zeros(0, np.int64), none)
    half = np.array([20.0, 15.0])
    for seed in range(20):
        row, column = healthy_place(film, half, np.random.default_rng(seed))
        assert 20 <= row <= 100
        assert 15 <= column <= 45


def test_the_boundary_loss_looks_at_the_edge_of_the_hole() -> None:
    real, near, far = (torch.zeros(1, 1, SIDE, SIDE) for _ in range(3))
    near[0, 0, 168, 95:105] = 1
    far[0, 0, 128, 95:105] = 1
    assert boundary_loss(real, real, mask()) == 0
    assert boundary_loss(real, near, mask()) > 10 * boundary_loss(real, far, mask())


def test_the_perceptual_loss_of_a_picture_with_itself_is_nothing(tmp_path: Path) -> None:
    vgg, picture = Vgg(write_vgg(tmp_path / "vgg.safetensors")), torch.rand(1, 1, 64, 64)
    assert perceptual_loss(vgg, picture, picture) == 0
    assert perceptual_loss(vgg, picture, 1 - picture) > 0


def test_turns_go_on_when_a_loss_is_low_enough() -> None:
    turns, seen = Turns(enough=0.3), []
    for number in range(40):
        name = turns.turn(first=number == 0)
        seen.append(name)
        turns.logged(name, torch.tensor(0.5 if number < 3 else 0.1))
    assert seen[:4] == ["critic"] * 4
    assert seen[4:5] == ["generator"]
    assert seen[5:25] == ["perceptual"] * 10 + ["boundary"] * 10
    assert seen[25] == "critic"
    assert turns.turn(first=True) == "critic"
