"""From probabilities to outlines."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.pipelines.segment.outline import Seen, best_piece, inside, joined, painted


def seen(values: np.ndarray, row: int = 0, column: int = 0) -> Seen:
    return Seen(values.astype(np.float32), (slice(row, row + values.shape[0]), slice(column, column + values.shape[1])))


def test_the_largest_piece_is_the_mass_and_has_no_holes():
    values = np.zeros((20, 30))
    values[2:9, 3:12] = 0.9
    values[5, 6] = 0.1
    values[12:15, 20:24] = 1.0
    found = best_piece(seen(values, 100, 200), 0.5)
    assert found.box == (102, 203, 109, 212)
    assert found.mask.sum() == 7 * 9
    assert found.probability == pytest.approx((62 * 0.9 + 0.1) / 63)
    assert found.cut == 0.5


def test_a_faint_mass_is_cut_at_half_of_its_highest_probability():
    values = np.zeros((10, 10))
    values[2:6, 2:6], values[4, 4] = 0.2, 0.3
    found = best_piece(seen(values), 0.5)
    assert found.box == (2, 2, 6, 6)
    assert found.cut == pytest.approx(0.15)


def test_where_nothing_at_all_is_seen_the_whole_part_is_the_outline():
    assert best_piece(seen(np.zeros((4, 5))), 0.5).mask.all()


def test_nothing_outside_a_drawn_box_counts():
    cut = inside(seen(np.arange(48.0).reshape(6, 8), 10, 20), (8, 22, 13, 25))
    assert cut.part == (slice(10, 13), slice(22, 25))
    assert np.array_equal(cut.values, [[2, 3, 4], [10, 11, 12], [18, 19, 20]])


def test_a_pixel_of_two_masses_is_the_first_ones():
    first, second = (best_piece(seen(np.ones((4, 4)), row, row), 0.5) for row in (2, 4))
    labels = painted({7: first, 3: second}, (12, 12))
    assert (labels == 7).sum() == 16
    assert (labels == 3).sum() == 12


def test_the_map_has_the_higher_of_two_probabilities():
    whole, corner = joined([seen(np.full((4, 4), 0.5), 2, 2), seen(np.full((4, 4), 0.7), 4, 5)])
    assert corner == (2, 2)
    assert whole.shape == (6, 7)
    assert whole[0, 0] == pytest.approx(0.5)
    assert whole[3, 3] == pytest.approx(0.7)
    assert whole[5, 0] == 0
    assert joined([])[0].max() == 0
