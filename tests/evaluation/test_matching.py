"""Matching rules, against cases counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from napari_mammoseg.errors import InputError
from napari_mammoseg.evaluation.matching import (
    CENTRE,
    CLUSTER,
    FoundMarks,
    covered_at_least,
    iou_at_least,
    match,
    points_within,
    rule,
)
from napari_mammoseg.geometry.regions import of_box, region
from napari_mammoseg.mammogram import Lesion

LESION = [of_box((10, 10, 20, 20))]


def found(marks: FoundMarks, truth, by) -> tuple[list[float], list[float]]:
    result = match(marks, truth, by, (1.0, 1.0))
    return result.found_at.tolist(), result.false.tolist()


@pytest.mark.parametrize(
    ("box", "by", "hits"),
    [
        ((10, 10, 20, 15), iou_at_least(0.5), True),
        ((10, 10, 20, 14), iou_at_least(0.5), False),
        ((10, 10, 20, 12), iou_at_least(0.2), True),
        ((19, 19, 29, 29), CENTRE, False),
        ((14, 14, 16, 16), CENTRE, True),
        ((2, 2, 26, 26), CENTRE, True),
        ((2, 2, 27, 26), CENTRE, True),
        ((0, 0, 30, 20), CENTRE, True),
        ((0, 0, 31, 20), CENTRE, False),
        ((19, 10, 29, 20), covered_at_least(0.1), True),
        ((19, 10, 29, 19), covered_at_least(0.1), False),
        ((15, 15, 40, 40), CLUSTER, False),
        ((12, 12, 26, 26), CLUSTER, True),
    ],
)
def test_a_box_hits_or_not_as_counted_by_hand(box, by, hits):
    assert found(FoundMarks.of_boxes([box], [0.7]), LESION, by) == (([0.7], []) if hits else ([-np.inf], [0.7]))


def test_a_box_of_more_than_six_times_the_area_hits_nothing():
    truth = [of_box((0, 0, 10, 10))]
    assert found(FoundMarks.of_boxes([(0, 0, 20, 30)], [1]), truth, CENTRE) == ([1.0], [])
    assert found(FoundMarks.of_boxes([(0, 0, 20, 31)], [1]), truth, CENTRE) == ([-np.inf], [1.0])


@pytest.mark.parametrize("by", [iou_at_least(0.5), CENTRE, covered_at_least(0.1), CLUSTER])
def test_several_marks_on_one_lesion_count_once_and_none_is_false(by):
    marks = FoundMarks.of_boxes([(10, 10, 20, 20), (11, 11, 20, 20), (50, 50, 60, 60)], [0.4, 0.9, 0.6])
    assert found(marks, LESION, by) == ([0.9], [0.6])


def test_areas_are_used_where_there_are_areas():
    labels = np.zeros((40, 40), np.uint16)
    labels[10:12, 10:20] = 3
    labels[30:35, 30:35] = 7
    marks = FoundMarks(
        np.array([[10, 10, 12, 20], [0, 0, 40, 40]], float),
        np.array([[10.5, 14.5], [32, 32]]),
        np.array([0.5, 0.8]),
        labels,
        np.array([3, 7]),
    )
    assert found(marks, LESION, covered_at_least(0.1)) == ([0.5], [0.8])
    assert found(marks, LESION, covered_at_least(0.21)) == ([-np.inf], [0.5, 0.8])


def test_a_mark_beyond_the_picture_and_a_lesion_beyond_it_do_no_harm():
    labels = np.zeros((15, 15), np.uint16)
    labels[10:, 10:] = 1
    marks = FoundMarks(
        np.array([[10, 10, 15, 15]], float), np.array([[12, 12]]), np.array([0.5]), labels, np.array([1])
    )
    assert found(marks, LESION, covered_at_least(0.25)) == ([0.5], [])


def test_points_are_matched_one_to_one_by_falling_score():
    truth = [region(Lesion("calcification", point=(10, 10))), region(Lesion("calcification", point=(10, 14)))]
    marks = FoundMarks.of_points([(10, 10), (10, 11), (10, 13), (40, 40)], [0.3, 0.9, 0.5, 0.1])
    assert found(marks, truth, points_within(2)) == ([0.9, 0.5], [0.3, 0.1])


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=12, unique=True), st.integers(0, 9)
)
def test_one_to_one_matching_uses_each_side_once_and_at_least_half_of_the_best_possible(points, seed):
    rng = np.random.default_rng(seed)
    truth = [region(Lesion("calcification", point=each)) for each in points]
    places = rng.uniform(0, 30, (10, 2))
    result = match(FoundMarks.of_points(places, rng.random(10)), truth, points_within(4), (1.0, 1.0))
    used = result.hit[result.hit >= 0]
    near = np.hypot(*(places[:, None] - np.array(points)[None]).transpose(2, 0, 1)) <= 4
    most = near[linear_sum_assignment(near, maximize=True)].sum()
    assert len(set(used.tolist())) == len(used) == np.isfinite(result.found_at).sum()
    assert most / 2 <= len(used) <= most
    assert len(result.false) == 10 - len(used)


def test_distances_follow_the_spacing_of_rows_and_columns():
    truth = [region(Lesion("calcification", point=(10, 10)))]
    marks = FoundMarks.of_points([(10, 14)], [1])
    assert match(marks, truth, points_within(0.5), (1.0, 0.125)).hit.tolist() == [0]
    assert match(marks, truth, points_within(0.5), (0.125, 1.0)).hit.tolist() == [-1]


def test_points_without_a_spacing_are_asked_for_one():
    with pytest.raises(InputError, match="--spacing"):
        match(FoundMarks.of_points([(1, 1)], [1]), LESION, points_within(1), None)


def test_marks_on_ignored_lesions_are_neither_right_nor_false():
    marks = FoundMarks.of_boxes([(10, 10, 20, 20), (50, 50, 60, 60), (80, 80, 90, 90)], [0.4, 0.9, 0.6])
    result = match(marks, LESION, iou_at_least(0.5), None, ignored=[of_box((50, 50, 60, 60))])
    assert (result.found_at.tolist(), result.false.tolist()) == ([0.4], [0.6])


@pytest.mark.parametrize("by", ["iou-0.5", "iou-0.2", "centre", "covered-0.1", "cluster", "point-0.5mm"])
def test_no_marks_and_no_truth_are_legal(by):
    nothing = FoundMarks.of_boxes([], [])
    assert match(nothing, LESION, rule(by), (1, 1)).found_at.tolist() == [-np.inf]
    assert match(nothing, [], rule(by), (1, 1)).found_at.tolist() == []
    assert match(FoundMarks.of_boxes([(0, 0, 1, 1)], [0.5]), [], rule(by), (1, 1)).false.tolist() == [0.5]


def test_an_unknown_rule_is_answered_with_the_known_ones():
    with pytest.raises(InputError, match=r"iou-0\.5"):
        rule("close enough")
