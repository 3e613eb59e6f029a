from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis.strategies import integers

from napari_mammoseg.geometry.windows import half_overlapping


@given(rows=integers(16, 90), columns=integers(16, 90))
def test_windows_cover_the_picture_and_none_stands_twice(rows: int, columns: int) -> None:
    covered = np.zeros((rows, columns), int)
    windows = list(half_overlapping((rows, columns), 16))
    for window in windows:
        assert covered[window].shape == (16, 16)
        covered[window] += 1
    assert covered.min() >= 1
    assert len({(each[0].start, each[1].start) for each in windows}) == len(windows)


@pytest.mark.parametrize(("length", "starts"), [(16, [0]), (24, [0, 8]), (30, [0, 8, 14])])
def test_neighbours_overlap_by_half_and_the_last_ends_with_the_picture(length: int, starts: list[int]) -> None:
    assert [rows.start for rows, _ in half_overlapping((length, 16), 16)] == starts
