"""The breast region on pictures whose truth is known exactly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.tissue.breast import breast_mask

Grey = NDArray[np.float32]


def textured(rows: int, columns: int, low: float = 0.3, high: float = 0.6) -> Grey:
    """Grey noise between two values."""
    return np.random.default_rng(1).uniform(low, high, (rows, columns)).astype(np.float32)


def film(rows: int = 600, columns: int = 400, background: float = 0.04) -> tuple[Grey, NDArray[np.bool_]]:
    """Half an ellipse of tissue at the left of a dark film, and where it is."""
    row, column = np.ogrid[:rows, :columns]
    breast = ((row - rows / 2) / (0.4 * rows)) ** 2 + (column / (0.6 * columns)) ** 2 < 1
    grey = np.where(breast, textured(rows, columns), textured(rows, columns, 0.8 * background, background))
    return grey.astype(np.float32), breast


def dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return float(2 * (one & other).sum() / (one.sum() + other.sum()))


@pytest.mark.parametrize(("seed", "view", "laterality"), [(1, "CC", "L"), (2, "MLO", "R")])
def test_a_phantoms_breast_is_found(seed, view, laterality):
    phantom = make(Request(seed, view, laterality, rows=512, columns=384, spacing_mm=0.5, lesions="none"))
    assert dice(breast_mask(phantom.image.pixels), phantom.image.pixels > 0) > 0.97


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("background", [0.0, 0.04, 0.08])
def test_the_breast_is_found_on_any_side_and_background(turns, background):
    grey, breast = film(background=background)
    assert dice(breast_mask(np.rot90(grey, turns)), np.rot90(breast, turns)) > 0.98


def test_a_label_is_not_breast():
    grey, breast = film()
    grey[20:90, 300:370] = 0.95
    mask = breast_mask(grey)
    assert not mask[15:95, 295:375].any()
    assert dice(mask, breast) > 0.98


def test_a_white_rim_larger_than_the_breast_is_not_breast():
    grey, breast = film()
    grey[:, 300:] = np.where(np.arange(600)[:, None] % 7 > 0, 0.97, 0.99)
    grey[:60] = np.where(breast[:60], grey[:60], 0.98)
    assert dice(breast_mask(grey), breast) > 0.97


@pytest.mark.parametrize("turns", range(4))
def test_a_white_film_border_is_cut_off_a_field_of_tissue(turns):
    grey = textured(500, 500)
    grey[:, :40] = 1.0
    mask = breast_mask(np.rot90(grey, turns))
    assert not np.rot90(mask, -turns)[:, :40].any()
    assert np.rot90(mask, -turns)[:, 46:].all()


def test_a_slanting_film_border_with_black_beyond_is_cut_off():
    grey = textured(500, 500)
    edge = 40 + np.arange(500) // 50
    grey[np.arange(500) < edge[:, None]] = 1.0
    grey[:, :12] = 0.0
    mask = breast_mask(grey)
    assert not mask[np.arange(500) < edge[:, None]].any()
    assert mask[:, 56:].all()


@pytest.mark.parametrize("size", [60, 256, 1000])
@pytest.mark.parametrize("spacing", [None, (0.085, 0.085)])
def test_a_patch_of_tissue_is_all_breast(size, spacing):
    assert breast_mask(textured(size, size), spacing).all()


def test_tissue_in_two_pieces_of_a_patch_is_kept():
    grey = textured(60, 60)
    grey[:, 10:40] = 0.01
    mask = breast_mask(grey, (0.1, 0.1))
    assert mask[:, :10].all()
    assert mask[:, 40:].all()
    assert not mask[:, 12:38].any()


def test_a_dark_hole_at_the_chest_wall_is_breast():
    grey, _ = film()
    grey[280:320, :30] = 0.02
    assert breast_mask(grey)[280:320, :30].all()


def test_a_black_picture_has_no_breast():
    assert not breast_mask(np.zeros((80, 70), np.float32)).any()


def test_values_that_are_no_numbers_do_no_harm():
    grey, breast = film()
    grey[5, 390], grey[300, 390] = np.nan, np.inf
    assert dice(breast_mask(grey), breast) > 0.98


def test_the_picture_is_left_as_it_was():
    grey, _ = film()
    grey[0, 0] = np.nan
    before = grey.copy()
    grey.flags.writeable = False
    breast_mask(grey)
    np.testing.assert_array_equal(grey, before)


@settings(max_examples=40, deadline=None)
@given(rows=st.integers(1, 1300), columns=st.integers(1, 1300), black=st.booleans())
def test_the_mask_has_the_pictures_size(rows, columns, black):
    grey = textured(rows, columns, 0.0 if black else 0.3)
    assert breast_mask(grey).shape == (rows, columns)
