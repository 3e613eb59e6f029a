"""Boxes against counting pixels and against MONAI."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mammoseg.geometry import boxes

edges = st.integers(0, 20)
box = st.tuples(edges, edges, edges, edges).map(
    lambda e: (min(e[0], e[2]), min(e[1], e[3]), max(e[0], e[2]) + 1, max(e[1], e[3]) + 1)
)


def painted(box: tuple[int, int, int, int]) -> np.ndarray:
    canvas = np.zeros((24, 24), bool)
    canvas[box[0] : box[2], box[1] : box[3]] = True
    return canvas


@given(first=box, second=box)
def test_iou_is_what_counting_pixels_gives(first, second):
    a, b = painted(first), painted(second)
    assert boxes.iou([first], [second])[0, 0] == pytest.approx((a & b).sum() / (a | b).sum())
    assert boxes.areas([first])[0] == a.sum()


@given(box=box, row=edges, column=edges)
def test_a_box_holds_the_centres_of_its_own_pixels_alone(box, row, column):
    assert boxes.contains([box], [(row, column)])[0, 0] == painted(box)[row, column]


@given(box=box)
def test_the_centre_is_the_mean_of_the_pixels(box):
    assert boxes.centres([box])[0] == pytest.approx(np.argwhere(painted(box)).mean(axis=0))


def test_suppression_keeps_what_monai_keeps():
    from monai.data.box_utils import non_max_suppression

    rng = np.random.default_rng(0)
    for highest in (0.1, 0.3, 0.45, 0.7):
        corners = rng.uniform(0, 80, (300, 2))
        some = np.hstack([corners, corners + rng.uniform(5, 40, (300, 2))])
        scores = rng.permutation(300) / 300
        theirs = non_max_suppression(some.astype(np.float32), scores, highest)
        assert boxes.non_maximum_suppression(some, scores, highest).tolist() == list(theirs)


def test_suppression_of_nothing_is_nothing_and_stops_where_told():
    assert boxes.non_maximum_suppression(np.empty((0, 4)), []).tolist() == []
    apart = [(0, 0, 1, 1), (5, 5, 6, 6), (9, 9, 10, 10)]
    assert boxes.non_maximum_suppression(apart, [0.1, 0.9, 0.5], at_most=2).tolist() == [1, 2]
