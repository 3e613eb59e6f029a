"""Calcifications have the size they are given, in mm, at any pixel size."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.strategies import floats, integers, sampled_from
from skimage.measure import regionprops

from napari_mammoseg.phantom.calcifications import FORMS, draw, lay_out


def seeded(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


@pytest.mark.parametrize("form", FORMS)
def test_the_longest_extent_is_the_diameter(form):
    extents = [
        regionprops(draw(seeded(seed), 0.6, (0.02, 0.02), form).mask.astype(int))[0].feret_diameter_max * 0.02
        for seed in range(40)
    ]
    assert 0.5 < np.median(extents) < 0.66
    assert max(extents) < 0.85


@pytest.mark.parametrize("form", FORMS)
def test_coarser_pixels_average_the_same_calcification(form):
    fine = draw(seeded(3), 0.6, (0.02, 0.02), form, angle=0.4).thickness
    coarse = draw(seeded(3), 0.6, (0.1, 0.1), form, angle=0.4).thickness
    assert coarse.sum() * 0.1**2 == pytest.approx(fine.sum() * 0.02**2, rel=0.08)


def test_a_round_one_covers_the_area_of_an_ellipse():
    areas = [draw(seeded(seed), 1.0, (0.02, 0.02), "round").mask.sum() * 0.02**2 for seed in range(30)]
    assert 0.8 * np.pi / 4 * 0.9 < np.mean(areas) < np.pi / 4 * 1.1


def test_its_centre_moves_with_the_offset():
    shape = draw(seeded(), 0.5, (0.05, 0.05), "round", angle=0.0, offset=(0.4, -0.3)).thickness
    rows, columns = np.indices(shape.shape) - np.array(shape.shape)[:, None, None] // 2
    assert (rows * shape).sum() / shape.sum() == pytest.approx(0.4, abs=0.05)
    assert (columns * shape).sum() / shape.sum() == pytest.approx(-0.3, abs=0.05)


@settings(max_examples=40, deadline=None)
@given(
    diameter=floats(0.05, 2),
    row=floats(0.02, 0.5),
    column=floats(0.02, 0.5),
    form=sampled_from(FORMS),
    seed=integers(0, 99),
)
def test_every_one_has_a_mask_inside_its_array(diameter, row, column, form, seed):
    shape = draw(seeded(seed), diameter, (row, column), form)
    assert shape.mask.any()
    assert shape.thickness.dtype == np.float32
    assert 0 <= shape.thickness.min() <= shape.thickness.max() <= 1.21
    assert all(side % 2 for side in shape.mask.shape)
    border = np.r_[shape.thickness[0], shape.thickness[-1], shape.thickness[:, 0], shape.thickness[:, -1]]
    assert border.max() < 0.5 * shape.thickness.max() or max(shape.mask.shape) == 3


@pytest.mark.parametrize("form", FORMS)
def test_a_cluster_keeps_to_its_extent_and_its_calcifications_apart(form):
    specks = lay_out(seeded(5), 15, 12.0, form)
    places = np.array([(each.row_mm, each.column_mm) for each in specks])
    assert len(specks) == 15
    assert np.hypot(*places.T).max() < 12.0
    gaps = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1))[np.triu_indices(15, 1)]
    assert gaps.min() > 0.15


def test_linear_ones_lie_along_their_duct():
    """The specks of a ductal cluster are far more in line than scattered ones."""

    def flatness(form):
        flat = []
        for seed in range(12):
            places = np.array([(each.row_mm, each.column_mm) for each in lay_out(seeded(seed), 30, 12.0, form)])
            low, high = np.linalg.eigvalsh(np.cov(places.T))
            flat.append(low / high)
        return np.median(flat)

    assert flatness("linear") < 0.6 * flatness("round")
