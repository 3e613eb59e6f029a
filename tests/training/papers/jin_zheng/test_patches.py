"""Patches of normal films and of films with one mass: their classes, their shares, who is on which side."""

from __future__ import annotations

from collections import Counter

import numpy as np

from napari_mammoseg.models import Facts, Model
from napari_mammoseg.pipelines.masses.classes import view
from napari_mammoseg.training.masses.films import MassFilm
from napari_mammoseg.training.papers.jin_zheng.patches import SIDE, dealt_patches

NONE = np.empty((0, 4))


def film(woman: int, label: int | None) -> MassFilm:
    pixels = np.random.default_rng(woman).integers(60, 200, (320, 320)).astype(np.uint8)
    boxes = NONE if label is None else np.array([[100.0, 100, 150, 150]])
    labels = np.array([] if label is None else [label], np.int64)
    packed = np.packbits(np.ones(pixels.shape, bool))
    return MassFilm("mias", f"mdb{woman}", f"w{woman}", pixels, packed, boxes, labels, NONE)


FILMS = [film(0, 0), film(1, 1), film(2, None), film(3, None), film(4, None)]


def test_there_are_as_many_normal_patches_as_the_paper_has_normal_images_for_each_other() -> None:
    training, unseen = dealt_patches(FILMS[:4], FILMS[4:], balanced=False, leaked_share=0.0, seed=0)
    count = Counter(each.label for each in training)
    assert count["benign"] == count["malignant"] > 0
    assert 1.8 < count["normal"] / (count["benign"] + count["malignant"]) < 2.2
    assert {each.film.patient for each in training}.isdisjoint(each.film.patient for each in unseen)


def test_only_a_leak_has_copies_of_one_film_on_both_sides() -> None:
    training, unseen = dealt_patches(FILMS, [], balanced=True, leaked_share=0.1, seed=0)
    assert {each.film.patient for each in unseen} <= {each.film.patient for each in training}
    assert abs(len(unseen) / (len(unseen) + len(training)) - 0.1) < 0.02


def test_the_pipeline_shows_a_patch_as_it_is() -> None:
    patch = dealt_patches(FILMS, [], balanced=False, leaked_share=0.0, seed=0)[0][0]
    model = Model("any", "classify", "any", facts=Facts(side=SIDE, context=1.0))
    np.testing.assert_allclose(view(model, patch.film.picture, patch.box), patch.film.picture, atol=1e-6)
