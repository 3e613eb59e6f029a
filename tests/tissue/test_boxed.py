"""The window around a drawn box."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.tissue.boxed import DEVIATIONS, boxed_window, depth_in_box, window_of

BOX = (20.0, 30.0, 60.0, 50.0)


def test_the_window_is_square_around_the_box():
    assert window_of(BOX, 1.4) == ((40.0, 40.0), 56.0)


def test_depth_is_one_in_the_middle_and_changes_its_sign_on_the_boxs_sides():
    depth = depth_in_box(BOX, 1.4, 56)
    rows, columns = np.nonzero(depth[0] >= 0)
    assert (rows.min() + 12, columns.min() + 12) == (20, 30)
    assert (rows.max() + 1 + 12, columns.max() + 1 + 12) == (60, 50)
    assert depth[:, 27:29, 27:29].min() > 0.9
    assert depth.min() >= -1


def test_the_ellipse_fills_the_box():
    depth = depth_in_box(BOX, 1.4, 280)
    box, ellipse = (np.count_nonzero(each >= 0) for each in depth)
    assert ellipse / box == pytest.approx(np.pi / 4, rel=0.01)


@pytest.mark.parametrize(("scale", "offset"), [(1.0, 0.0), (0.2, 0.1), (900.0, -40.0)])
def test_grey_values_have_no_scale_of_their_own(scale, offset):
    pixels = np.random.default_rng(0).random((80, 90)).astype(np.float32)
    given = boxed_window(pixels, BOX, 1.4, 64)
    changed = boxed_window((scale * pixels + offset).astype(np.float32), BOX, 1.4, 64)
    assert changed == pytest.approx(given, abs=2e-3)
    inside = given[0][given[1] >= 0]
    assert inside.std() == pytest.approx(1 / DEVIATIONS, rel=0.05)


def test_a_uniform_picture_is_no_trouble():
    assert np.isfinite(boxed_window(np.zeros((80, 90), np.float32), BOX, 1.4, 64)).all()
