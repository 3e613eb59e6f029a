"""Squares cut out of an image and put back."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.tissue.cutout import cut_out, put_back


def ramp(rows: int = 60, columns: int = 80) -> np.ndarray:
    """What a pixel's centre is in edge coordinates, rows and columns together."""
    return ((np.arange(rows) + 0.5)[:, None] + 100 * (np.arange(columns) + 0.5)).astype(np.float32)


@pytest.mark.parametrize(("side", "size"), [(20.0, 20), (20.0, 40), (31.7, 16), (7.3, 32)])
def test_a_square_shows_what_lies_at_its_places(side, size):
    centre = (30.2, 41.7)
    places = [each - side / 2 + (np.arange(size) + 0.5) * side / size for each in centre]
    wanted = places[0][:, None] + 100 * places[1]
    assert cut_out(ramp(), centre, side, size)[2:-2, 2:-2] == pytest.approx(wanted[2:-2, 2:-2], rel=1e-3, abs=2)


def test_beyond_the_image_its_border_goes_on():
    part = cut_out(np.full((10, 10), 0.4, np.float32), (0, 9), 30, 15)
    assert part == pytest.approx(0.4)
    assert cut_out(ramp(), (30, 0), 20, 20)[:, 0] == pytest.approx(ramp()[20:40, 0], abs=1)


@pytest.mark.parametrize("size", [32, 64, 160])
def test_what_is_put_back_lies_where_it_was(size):
    rows, columns = np.indices((90, 120))
    disc = (np.hypot(rows - 40, columns - 70) < 15).astype(np.float32)
    back, where = put_back(cut_out(disc, (43.5, 68.0), 64, size), (43.5, 68.0), 64, disc.shape)
    assert back.shape == disc[where].shape
    assert np.mean((back >= 0.5) != (disc[where] >= 0.5)) < 0.01


def test_a_square_beside_the_image_leaves_nothing():
    back, where = put_back(np.ones((8, 8), np.float32), (-50, 5), 20, (30, 30))
    assert back.size == 0
    assert where[0].stop - where[0].start == 0
