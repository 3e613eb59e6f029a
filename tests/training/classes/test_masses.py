"""Views of known masses: the mass stays in the middle, both sorts are shown equally often."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_mammoseg.models import Facts, Model
from napari_mammoseg.pipelines.masses.classes import view
from napari_mammoseg.training.classes.healthy import healthy_places
from napari_mammoseg.training.classes.masses import Mass, Views, of_known_sort
from napari_mammoseg.training.classes.placing import PLACINGS
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.variation.placing import BLANK


def film(boxes: list[tuple[float, float, float, float]], labels: list[int]) -> MassFilm:
    pixels = np.full((300, 200), BLANK, np.uint8)
    for row0, column0, row1, column1 in np.array(boxes, int):
        pixels[row0:row1, column0:column1] = 220
    packed = np.packbits(np.ones(pixels.shape, bool))
    return MassFilm("mias", "a", "w", pixels, packed, np.array(boxes), np.array(labels), np.empty((0, 4)))


def test_masses_of_unknown_sort_are_left_out() -> None:
    three = film([(10, 10, 30, 30), (50, 50, 60, 60), (90, 90, 99, 99)], [0, -1, 1])
    assert [each.label for each in of_known_sort([three])] == ["benign", "malignant"]


@pytest.mark.parametrize("augmentation", list(PLACINGS))
@pytest.mark.parametrize("seed", range(4))
def test_the_mass_is_in_the_middle_of_its_view(seed: int, augmentation: str) -> None:
    mass = Mass(film([(120, 60, 180, 120)], [0]), np.array([120.0, 60, 180, 120]), "benign")
    views = Views([mass], {"mias": 1.0}, 160, 2.0, augmentation=augmentation)
    seen = views.pictures(views.drawn(1, np.random.default_rng(seed)))[0, 0]
    assert seen.shape == (160, 160)
    assert seen[70:90, 70:90].mean() > seen[[0, 0, -1, -1], [0, -1, 0, -1]].max()


def test_both_sorts_are_drawn_alike_often_and_only_sets_with_a_share() -> None:
    benign = Mass(film([(10, 10, 30, 30)], [0]), np.array([10.0, 10, 30, 30]), "benign")
    masses = [*[benign] * 9, replace(benign, label="malignant")]
    random = np.random.default_rng(0)
    drawn = Views(masses, {"mias": 0.8, "infn-masses": 0.2}, 160, 1.8).drawn(300, random)
    assert drawn["malignant"].mean() == pytest.approx(0.5, abs=0.1)
    assert not Views([benign], {"mias": 0.5}, 160, 1.8).drawn(20, random)["malignant"].any()


def test_without_augmentation_a_view_is_what_the_pipeline_shows() -> None:
    mass = of_known_sort([film([(121, 60, 180, 133)], [1])])[0]
    views = Views([mass], None, 64, 1.8, augmentation="none")
    seen = views.pictures(views.drawn(1, np.random.default_rng(0)))[0, 0].numpy()
    model = Model("any", "classify", "any", facts=Facts(side=64, context=1.8))
    np.testing.assert_allclose(seen, view(model, mass.film.picture, mass.box), atol=0.03)


def test_healthy_places_are_breast_and_keep_clear_of_masses() -> None:
    boxes = [(120, 60, 160, 100), (20, 20, 50, 50)]
    with_mass = film(boxes, [0, 1])
    masses = of_known_sort([with_mass])
    places = [each for seed in range(20) for each in healthy_places([with_mass], masses, 1.8, seed)]
    assert len(places) > 10
    for each in places:
        size = each.box[2] - each.box[0]
        assert each.label == "normal"
        assert size in (30, 40)
        wide = each.box + 0.4 * size * np.array([-1, -1, 1, 1])
        for row0, column0, row1, column1 in boxes:
            apart = wide[2] <= row0 or row1 <= wide[0] or wide[3] <= column0 or column1 <= wide[1]
            assert apart
