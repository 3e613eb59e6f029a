"""Lesions are put where there is healthy breast all around."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.phantom.mammograms import Request, make
from napari_mammoseg.synthesis.places import CLEAR, STEP, Places, healthy_tissue


@pytest.fixture(scope="module")
def phantom() -> Mammogram:
    return make(Request(1, "MLO", "R", rows=1024, columns=832, spacing_mm=0.2, lesions="none")).image


@pytest.mark.parametrize("size_mm", [4.0, 12.0])
def test_all_around_a_place_there_is_tissue(size_mm: float) -> None:
    rows, columns = np.ogrid[:600, :500]
    tissue = (rows - 300) ** 2 + (columns - 200) ** 2 < 190**2
    half = CLEAR * size_mm / 2 / 0.1 - STEP
    for seed in range(20):
        place = Places(tissue, (0.1, 0.1)).draw(size_mm, np.random.default_rng(seed))
        assert place is not None
        square = tissue[tuple(slice(int(each - half), int(each + half)) for each in place)]
        assert square.all()


def test_places_do_not_overlap_and_come_to_an_end() -> None:
    places, random = Places(np.ones((400, 400), bool), (0.1, 0.1)), np.random.default_rng(0)
    found = []
    while (place := places.draw(6.0, random)) is not None:
        found.append(place)
    assert 6 <= len(found) <= 16
    apart = [max(abs(a[0] - b[0]), abs(a[1] - b[1])) for a in found for b in found if a is not b]
    assert min(apart) >= CLEAR * 6.0 / 0.1


def test_there_is_no_place_for_what_is_larger_than_the_breast() -> None:
    assert Places(np.ones((100, 100), bool), (0.1, 0.1)).draw(20.0, np.random.default_rng(0)) is None


def test_known_lesions_muscle_and_air_are_not_healthy_tissue(phantom: Mammogram) -> None:
    free = healthy_tissue(phantom, (0.2, 0.2))
    rows, columns = np.argwhere(free).mean(axis=0).astype(int)
    box = (float(rows), float(columns), float(rows + 40), float(columns + 30))
    ill = replace(phantom, truth=(Lesion("mass", box=box),))
    taken = free & ~healthy_tissue(ill, (0.2, 0.2))
    assert taken.sum() >= 0.9 * 40 * 30
    assert set(np.unique(np.argwhere(taken)[:, 0])) <= set(range(rows, rows + 41))
    assert phantom.pixels[free].min() > phantom.pixels.min()
