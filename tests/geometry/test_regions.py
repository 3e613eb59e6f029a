"""The truth's shapes: five forms of one lesion must say the same."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.draw import disk

from napari_mammoseg.geometry.regions import fill, region
from napari_mammoseg.mammogram import Lesion

SHAPE = (60, 70)


def circle_in_all_forms(row: float, column: float, radius: float) -> list[Lesion]:
    mask = np.zeros(SHAPE, bool)
    mask[disk((row, column), radius, shape=SHAPE)] = True
    angle = np.linspace(0, 2 * np.pi, 200, endpoint=False)
    contour = np.stack([row + radius * np.sin(angle), column + radius * np.cos(angle)], axis=1)
    return [
        Lesion("mass", mask=mask),
        Lesion("mass", contour=contour),
        Lesion("mass", circle=(row, column, radius)),
        Lesion("mass", box=(row - radius + 0.5, column - radius + 0.5, row + radius + 0.5, column + radius + 0.5)),
    ]


@given(row=st.integers(20, 40), column=st.integers(20, 50), radius=st.integers(4, 15))
def test_mask_contour_circle_and_box_of_one_lesion_agree(row, column, radius):
    regions = [region(each) for each in circle_in_all_forms(row, column, radius)]
    for each in regions:
        assert each.centre == pytest.approx((row, column), abs=0.05)
        assert each.box == pytest.approx(regions[2].box, abs=1.01)
        assert each.holds(np.array([[row, column], [row, column + 0.9 * radius - 0.5]], float)).all()
        assert not each.holds(np.array([[row, column + radius + 1.6], [0, 0]], float)).any()
    for each in regions[:2]:
        assert each.area == pytest.approx(np.pi * radius**2, rel=0.15)


@given(row=st.integers(-5, 65), column=st.integers(-5, 75), radius=st.floats(0.2, 15))
def test_filling_a_circle_counts_the_pixels_within_its_radius(row, column, radius):
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    expected = np.hypot(rows - row, columns - column) <= radius
    assert np.array_equal(fill(Lesion("mass", circle=(row, column, radius)), SHAPE), expected)


@given(row=st.integers(-5, 65), column=st.integers(-5, 75), radius=st.floats(0.2, 15))
def test_values_are_those_of_the_image_at_the_filled_pixels(row, column, radius):
    lesion = Lesion("mass", circle=(row, column, radius))
    image = np.arange(SHAPE[0] * SHAPE[1]).reshape(SHAPE)
    assert np.array_equal(region(lesion).values(image), image[fill(lesion, SHAPE)])


def test_a_mask_survives_the_way_through_its_region():
    mask = np.random.default_rng(0).random(SHAPE) > 0.9
    assert np.array_equal(fill(Lesion("mass", mask=mask), SHAPE), mask)


def test_a_contour_of_one_point_or_a_line_is_a_point():
    single = region(Lesion("calcification", contour=np.array([[3.0, 4.0]])))
    line = region(Lesion("calcification", contour=np.array([[3.0, 4.0], [5.0, 4.0]])))
    assert (single.centre, single.area) == ((3, 4), 0)
    assert (line.centre, line.area) == ((4, 4), 0)
    assert fill(Lesion("calcification", point=(3.2, 4.1)), SHAPE).sum() == 1


def test_a_lesion_without_a_place_has_no_region():
    assert region(Lesion("mass")) is None
    assert region(Lesion("mass", mask=np.zeros(SHAPE, bool))) is None
    assert not fill(Lesion("mass"), SHAPE).any()
