"""Masses have the size they are given, in mm, and the margin that their name says."""

from __future__ import annotations

import numpy as np
import pytest
from skimage.measure import label, regionprops

from napari_mammoseg.phantom.masses import MARGINS, draw


def body(margin: str, seed: int = 0, spacing: float = 0.2) -> regionprops:
    return regionprops(draw(np.random.default_rng(seed), 14.0, (spacing, spacing), margin).mask.astype(int))[0]


@pytest.mark.parametrize("margin", MARGINS)
def test_the_body_is_one_piece_of_the_size_asked_for(margin):
    for seed in range(4):
        shape = draw(np.random.default_rng(seed), 14.0, (0.2, 0.2), margin)
        assert label(shape.mask).max() == 1
        assert 10.5 < regionprops(shape.mask.astype(int))[0].feret_diameter_max * 0.2 < 15.0


def test_a_circumscribed_one_is_rounder_than_the_others():
    solidity = {margin: np.mean([body(margin, seed).solidity for seed in range(8)]) for margin in MARGINS}
    assert solidity["circumscribed"] > max(solidity["lobulated"], solidity["spiculated"])


def test_only_spicules_reach_far_beyond_the_body():
    beyond = {}
    for margin in MARGINS:
        shape = draw(np.random.default_rng(1), 14.0, (0.1, 0.1), margin)
        middle = np.array(shape.mask.shape) // 2
        distance = np.hypot(*(np.indices(shape.mask.shape) - middle[:, None, None])) * 0.1
        beyond[margin] = (shape.density[(distance > 8.5) & ~shape.mask] > 0.1).sum()
    assert beyond["spiculated"] > 500
    assert beyond["circumscribed"] == beyond["lobulated"] == 0


@pytest.mark.parametrize("margin", MARGINS)
def test_the_body_is_denser_than_what_is_around_it(margin):
    shape = draw(np.random.default_rng(2), 14.0, (0.2, 0.2), margin)
    assert shape.density[shape.mask].mean() > 0.6 > 0.2 > shape.density[~shape.mask].mean()
