"""Boxes drawn loosely, and the scores of what is outlined in them."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.evaluation.boxed import ELLIPSE, LOOSE, BoxedMass, boxed_scores, ellipse, loose_box
from napari_mammoseg.evaluation.overlap import Pixels


@pytest.fixture
def mask() -> np.ndarray:
    mask = np.zeros((400, 500), bool)
    mask[150:250, 200:280] = True
    return mask


def test_a_box_holds_the_mass_and_each_side_has_its_own_chance(mask) -> None:
    boxes = np.array([loose_box(mask, np.random.default_rng(seed)) for seed in range(200)])
    outside = np.abs(boxes - (150, 200, 250, 280)) / (100, 80, 100, 80)
    assert (boxes[:, :2] <= (150, 200)).all()
    assert (boxes[:, 2:] >= (250, 280)).all()
    assert outside.max() == pytest.approx(LOOSE, abs=0.02)
    assert outside.mean(axis=0) == pytest.approx([LOOSE / 2] * 4, abs=0.03)
    assert np.abs(np.corrcoef(outside.T) - np.eye(4)).max() < 0.25


def test_a_box_ends_where_the_image_does(mask) -> None:
    close = mask[150:250, 200:280]
    assert loose_box(close, np.random.default_rng(0)) == (0, 0, 100, 80)


def test_the_ellipse_fills_its_box() -> None:
    filled = ellipse(60, 100)
    assert filled.mean() == pytest.approx(np.pi / 4, abs=0.005)
    assert filled.any(axis=0).all()
    assert filled.any(axis=1).all()


def test_every_mass_counts_once_whatever_its_size_and_number_of_boxes() -> None:
    """Two boxes of Dice 1 and 0 on a large mass, one of Dice 1 on a small one: (0.5 + 1) / 2."""
    right, wrong = Pixels(900, 0, 0, 100), Pixels(0, 100, 900, 0)
    masses = [BoxedMass("a", {ELLIPSE: (right, wrong)}), BoxedMass("b", {ELLIPSE: (Pixels(2, 0, 0, 3),)})]
    scores = {each.name: each for each in boxed_scores(masses, 0, 0)}
    assert scores["in a loose box: dice"].value == pytest.approx(0.75)
    assert "2 masses, 2 patients" in scores["in a loose box: dice"].of
