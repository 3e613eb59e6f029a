"""Calcifications put into tissue: the truth is exact, the tissue is left as it was."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.phantom.calcifications import lay_out
from napari_mammoseg.phantom.insertion import Calcification, Detector, in_tissue, insert

SHARP = Detector(blur_mm=0.0, noise=0.0)


@pytest.fixture
def tissue():
    return np.full((200, 240), 0.4, np.float32)


@pytest.mark.parametrize("spacing", [0.05, 0.07, 0.1])
@pytest.mark.parametrize("diameter", [0.3, 0.6, 1.0])
def test_a_round_one_is_as_long_as_it_says(tissue, spacing, diameter):
    wanted = Calcification(100.3, 120.8, diameter, "round", 0.3, angle=0.0)
    labels = insert(tissue, [wanted], spacing, SHARP, np.random.default_rng(0)).labels
    across = np.flatnonzero((labels == 1).any(axis=0))
    assert (across[-1] - across[0] + 1) * spacing == pytest.approx(diameter, abs=1.5 * spacing)
    rows, columns = np.nonzero(labels)
    assert rows.mean() == pytest.approx(100.3, abs=0.5)
    assert columns.mean() == pytest.approx(120.8, abs=0.5)


def test_the_labels_are_the_pixels_that_grew_brighter(tissue):
    wanted = Calcification(100, 120, 0.8, "round", 0.3)
    inserted = insert(tissue, [wanted], 0.05, SHARP, np.random.default_rng(0))
    brighter = inserted.pixels > tissue + 1e-6
    assert (inserted.labels > 0).sum() <= brighter.sum()
    assert brighter[inserted.labels > 0].all()
    edge = brighter & (inserted.labels == 0)
    assert (inserted.pixels - tissue)[edge].max() < 0.2  # only pixels that are covered by less than a half


def test_every_one_has_its_own_label_and_what_lies_outside_has_none(tissue):
    places = [(50, 60), (120, 30), (150, 200), (-40, 20)]
    wanted = [Calcification(row, column, 0.5, "pleomorphic", 0.2) for row, column in places]
    labels = insert(tissue, wanted, 0.1, SHARP, np.random.default_rng(1)).labels
    assert set(np.unique(labels)) == {0, 1, 2, 3}
    for number, (row, column) in enumerate(places[:3], start=1):
        rows, columns = np.nonzero(labels == number)
        assert np.hypot(rows.mean() - row, columns.mean() - column) < 3


def test_one_smaller_than_a_pixel_has_one_pixel(tissue):
    labels = insert(tissue, [Calcification(20, 30, 0.1, "round", 0.3)], 0.2, SHARP, np.random.default_rng(0)).labels
    assert list(zip(*np.nonzero(labels), strict=True)) == [(20, 30)]


def test_blur_spreads_and_keeps_the_sum(tissue):
    wanted = [Calcification(100, 120, 0.5, "round", 0.2)]
    sharp = insert(tissue, wanted, 0.1, SHARP, np.random.default_rng(0))
    soft = insert(tissue, wanted, 0.1, Detector(0.15, 0.0), np.random.default_rng(0))
    assert soft.added.sum() == pytest.approx(sharp.added.sum(), rel=0.01)
    assert soft.added.max() < sharp.added.max()
    np.testing.assert_array_equal(soft.labels, sharp.labels)


def test_the_tissue_elsewhere_is_untouched_and_nothing_passes_white(tissue):
    inserted = insert(tissue, [Calcification(100, 120, 1.0, "linear", 5.0)], 0.1, Detector(), np.random.default_rng(0))
    assert inserted.pixels.max() <= 1
    np.testing.assert_array_equal(inserted.pixels[:60], tissue[:60])


def test_a_cluster_has_the_contrast_asked_for(tissue):
    rng = np.random.default_rng(3)
    cluster = in_tissue(lay_out(rng, 60, 8.0, "round"), (100, 120), 0.2, 0.1, rng)
    assert np.median([each.contrast for each in cluster]) == pytest.approx(0.2, rel=0.25)
    assert np.hypot(*(np.array([(each.row - 100, each.column - 120) for each in cluster]).T)).max() < 60


def test_the_same_seed_gives_the_same(tissue):
    wanted = [Calcification(100, 120, 0.8, "pleomorphic", 0.3)]
    first, second = (insert(tissue, wanted, 0.1, Detector(), np.random.default_rng(5)) for _ in range(2))
    np.testing.assert_array_equal(first.pixels, second.pixels)
