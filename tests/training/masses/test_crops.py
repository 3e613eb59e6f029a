"""Crops and the paper's pictures: boxes stay on what they box."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from napari_mammoseg.training.masses.crops import Variation, drawn_crop, drawn_film
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.papers.jin_zheng import pictures as jin_zheng
from napari_mammoseg.training.variation.placing import BLANK


def film(boxes: NDArray[np.float64], shape: tuple[int, int] = (600, 400), grey: int = 60, name: str = "a") -> MassFilm:
    """A grey breast without texture and a white ellipse in each box."""
    pixels = np.full(shape, grey, np.uint8)
    rows, columns = np.mgrid[: shape[0], : shape[1]] + 0.5
    for row0, column0, row1, column1 in boxes:
        down, across = (rows * 2 - row0 - row1) / (row1 - row0), (columns * 2 - column0 - column1) / (column1 - column0)
        pixels[down**2 + across**2 < 1] = 250
    packed = np.packbits(np.ones(shape, bool))
    labels = np.arange(len(boxes)) % 2
    return MassFilm("mias", name, f"woman of {name}", pixels, packed, boxes, labels, np.empty((0, 4)))


def bright(pixels: NDArray[np.float32]) -> tuple[float, float, float, float]:
    """The box of what is clearly brighter than the breast."""
    middle = (pixels.max() + np.median(pixels)) / 2
    rows, columns = np.nonzero(pixels > middle)
    return float(rows.min()), float(columns.min()), float(rows.max() + 1), float(columns.max() + 1)


@pytest.mark.parametrize("seed", range(12))
def test_the_box_of_a_crop_lies_around_the_mass(seed: int) -> None:
    source = film(np.array([[250.0, 150, 330, 210]]), grey=BLANK)
    crop = drawn_crop(source, 320, Variation(at_mass=1, largest=1.0), np.random.default_rng(seed))
    if not len(crop.boxes) or crop.boxes.min() < 2 or crop.boxes.max() > 318:
        return
    assert bright(crop.pixels) == pytest.approx(tuple(crop.boxes[0]), abs=4)


def test_a_crop_around_a_mass_shows_it() -> None:
    source, random = film(np.array([[250.0, 150, 330, 210]])), np.random.default_rng(0)
    shown = [len(drawn_crop(source, 320, Variation(at_mass=1), random).boxes) for _ in range(50)]
    assert np.mean(shown) > 0.8


def test_the_same_generator_gives_the_same_crop() -> None:
    source = film(np.array([[250.0, 150, 330, 210]]))
    first, second = (drawn_crop(source, 256, Variation(), np.random.default_rng(5)) for _ in range(2))
    assert np.array_equal(first.pixels, second.pixels)


def test_films_are_drawn_by_the_shares_of_their_sets_and_with_masses_more_often() -> None:
    with_mass, without = film(np.array([[10.0, 10, 30, 30]]), name="with"), film(np.empty((0, 4)), name="without")
    films = {"mias": [with_mass, *[without] * 9], "inbreast": []}
    random = np.random.default_rng(0)
    names = [drawn_film(films, {"mias": 0.5, "inbreast": 0.5}, Variation(), random).name for _ in range(300)]
    assert names.count("with") / 300 == pytest.approx(0.65, abs=0.08)


def test_a_film_of_1024_gives_225_patches_of_128_and_49_of_256() -> None:
    assert len(jin_zheng.corners((1024, 1024), 128)) == 225
    assert len(jin_zheng.corners((1024, 1024), 256)) == 49


def test_eight_copies_are_different_and_their_boxes_turn_with_them() -> None:
    source = film(np.array([[100.0, 140, 150, 220]]), (256, 256))
    (picture,) = jin_zheng.tumour_centred([source])
    off_centre = jin_zheng.uniformly_cut([source])[0]
    copies = list(jin_zheng.eight(off_centre))
    assert len({each.crop.pixels.tobytes() for each in copies}) == 8
    for copy in copies:
        assert bright(copy.crop.pixels) == pytest.approx(tuple(copy.crop.boxes[0]), abs=1.5)
    assert (picture.crop.boxes[0, :2] + picture.crop.boxes[0, 2:]) / 2 == pytest.approx([128, 128], abs=1)


def test_dark_patches_are_discarded() -> None:
    light, black = np.zeros((256, 256), np.float32), np.full((256, 256), -0.804, np.float32)
    half = np.where(np.arange(256) < 60, black, light)
    assert jin_zheng.dark(black)
    assert jin_zheng.dark(half)
    assert not jin_zheng.dark(light)


def test_films_with_several_masses_or_none_give_no_picture() -> None:
    two = film(np.array([[10.0, 10, 30, 30], [100, 100, 130, 130]]))
    assert jin_zheng.tumour_centred([two, film(np.empty((0, 4)))]) == []


def test_leaking_puts_copies_of_a_film_on_both_sides() -> None:
    films = [film(np.array([[100.0, 140, 150, 220]]), (256, 256), name=str(index)) for index in range(5)]
    copies = [copy for each in jin_zheng.tumour_centred(films) for copy in jin_zheng.eight(each)]
    training, tests = jin_zheng.leaking(copies, 0.25, seed=0)
    assert len(training) + len(tests) == 40
    assert {each.film for each in training} & {each.film for each in tests}
