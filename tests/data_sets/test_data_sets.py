"""The research images as data sets: counts of their descriptions, truth that fits the pictures, folds by patient."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mammoseg import data_sets
from napari_mammoseg.data_sets import ddsm_tissue
from napari_mammoseg.data_sets.split import folds
from napari_mammoseg.errors import InputError


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "images", "patients"),
    [
        ("mias", 226, 113),
        ("infn-masses", 129, 61),
        ("infn-calcifications", 553, 95),
        ("cbis-mass-films", 1231, 691),
        ("inbreast", 187, 50),
        ("ddsm-tissue", 44, 44),
    ],
)
def test_every_set_has_the_images_and_patients_of_its_description(shared, name, images, patients):
    found = data_sets.samples(name, shared / "data")
    assert (len(found), len({each.patient for each in found})) == (images, patients)
    first = found[0].read()
    assert first.patient == found[0].patient


@pytest.mark.shared
def test_boxes_of_mass_films_lie_on_brighter_tissue_than_the_film(shared):
    films = data_sets.samples("cbis-mass-films", shared / "data")[::60]
    brighter = []
    for image in (each.read() for each in films):
        assert image.spacing[0] == image.spacing[1]
        for lesion in image.truth:
            row0, column0, row1, column1 = (round(each) for each in lesion.box)
            brighter.append(image.pixels[row0:row1, column0:column1].mean() > image.pixels.mean())
    assert np.mean(brighter) > 0.95


@pytest.mark.shared
def test_stretched_films_get_their_own_shape_back(shared):
    film = next(
        each for each in data_sets.samples("cbis-mass-films", shared / "data") if each.name == "00001_LEFT_CC.jpg"
    )
    image = film.read()
    assert image.rows / image.columns == pytest.approx(4808 / 3020, rel=1e-3)
    assert image.rows * image.spacing[0] == pytest.approx(4808 * 0.046, rel=1e-3)
    height, width = image.truth[0].box[2] - image.truth[0].box[0], image.truth[0].box[3] - image.truth[0].box[1]
    assert height * image.spacing[0] == pytest.approx(81.0 * 4808 / 800 * 0.046, rel=1e-3)
    assert width * image.spacing[1] == pytest.approx(105.6 * 3020 / 800 * 0.046, rel=1e-3)


@pytest.mark.shared
def test_a_film_of_assumed_pathology_has_no_label(shared):
    with (shared / "data" / "cbis_mass_films.boxes.csv").open() as file:
        name = next(row["image"] for row in csv.DictReader(file) if row["label"] == "order assumed")
    film = next(each for each in data_sets.samples("cbis-mass-films", shared / "data") if each.name == name).read()
    assert None in {lesion.label for lesion in film.truth}


@pytest.mark.shared
def test_infn_masses_are_brighter_than_their_surroundings(shared):
    images = [each.read() for each in data_sets.samples("infn-masses", shared / "data")[::6]]
    inside = [image.pixels[image.truth[0].mask].mean() > np.median(image.pixels) for image in images]
    assert np.mean(inside) > 0.9
    assert all(image.truth[0].mask.shape == image.pixels.shape == (1000, 1000) for image in images)


@pytest.mark.shared
def test_one_woman_of_both_infn_sets_has_one_key(shared):
    with (shared / "data" / "infn" / "calcifications.csv").open() as file:
        merged = {row["image"].split("/")[1].split("_")[0]: row["patient"] for row in csv.DictReader(file)}
    for each in data_sets.samples("infn-masses", shared / "data"):
        woman = each.name.split("_")[0]
        assert each.patient == f"infn-{merged.get(woman, woman)}" == each.read().patient


@pytest.mark.shared
def test_inbreast_images_have_what_their_list_says(shared):
    found = data_sets.samples("inbreast", shared / "data")[::8]
    for image in (each.read() for each in found):
        kinds = Counter(lesion.kind for lesion in image.truth)
        assert bool(kinds["calcification"] + kinds["cluster"]) or not image.properties["calcifications"]
        assert bool(kinds["mass"]) or not image.properties["mass"]
        assert pytest.approx(image.columns * image.spacing[1], rel=0.31) == 1575 * 0.11375


@pytest.mark.shared
def test_tissue_maps_have_the_four_values_and_the_films_shape(shared):
    for each in data_sets.samples("ddsm-tissue", shared / "data")[::11]:
        tissue = ddsm_tissue.tissue(shared / "data", each.name)
        assert tissue.shape == each.read().pixels.shape
        assert set(np.unique(tissue)) <= {64, 128, 192, 255}


@given(st.sets(st.text(min_size=1, max_size=4), min_size=2, max_size=40), st.integers(2, 6), st.integers(0, 9))
def test_folds_hold_every_patient_once_and_are_even(patients, count, seed):
    if count > len(patients):
        with pytest.raises(InputError):
            folds(patients, count, seed)
        return
    parts = folds(patients, count, seed)
    assert sorted(each for part in parts for each in part) == sorted(patients)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1
    assert parts == folds(sorted(patients, reverse=True), count, seed)


def test_a_folder_without_the_set_is_said_in_one_line(tmp_path: Path):
    for name in set(data_sets.DATA_SETS) - {"phantoms"}:
        with pytest.raises(InputError):
            data_sets.samples(name, tmp_path)
    with pytest.raises(InputError, match="is no data set"):
        data_sets.samples("none", tmp_path)
