"""Who is scored: exactly those whom the recipes keep out of a training."""

from __future__ import annotations

import pytest

from napari_mammoseg.data_sets import samples
from napari_mammoseg.data_sets.held_out import held_out, patients_held_out
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.errors import InputError
from napari_mammoseg.training.masses.films import mass_films


@pytest.mark.shared
@pytest.mark.parametrize("name", ["inbreast", "mias", "infn-calcifications", "infn-masses"])
def test_calcifications_are_scored_on_the_recipes_patients(shared, name):
    data, split = shared / "data", Split(3, 1, 4)
    theirs = patients_held_out("calcifications", data, split) & {each.patient for each in samples(name, data)}
    assert {each.patient for each in held_out("calcifications", name, data, split)} == theirs


@pytest.mark.shared
def test_masses_are_scored_on_the_recipes_patients_of_which_some_have_a_mass(few):
    split = Split(4, 2, 1)
    _, films = mass_films(few, 1.0, split, ("mias",))
    assert {each.patient for each in held_out("masses", "mias", few, split)} == {each.patient for each in films}
    assert {bool(len(each.boxes)) for each in films} == {True, False}


@pytest.mark.shared
def test_inserted_calcifications_are_in_tissue_of_the_same_patients(shared):
    data, split = shared / "data", Split(3)
    whole = {each.patient for each in held_out("calcifications", "mias", data, split)}
    squares = held_out("calcifications", "inserted-mias", data, split)
    assert {each.patient for each in squares} <= whole
    assert len(squares) < len(samples("inserted-mias", data))


@pytest.mark.shared
def test_one_fold_is_every_patient_and_the_parts_are_all_of_them(shared):
    data = shared / "data"
    everything = [each.name for each in held_out("calcifications", "mias", data, Split(1))]
    assert everything == [each.name for each in samples("mias", data)]
    parts = [held_out("calcifications", "mias", data, Split(3, fold)) for fold in range(3)]
    assert sorted(each.name for part in parts for each in part) == everything


def test_a_part_that_does_not_exist_is_said():
    with pytest.raises(InputError, match="give 0 to 2"):
        Split(3, 3)


@pytest.mark.shared
def test_a_data_set_that_no_recipe_splits_is_scored_whole_or_not_at_all(shared):
    with pytest.raises(InputError, match="leave --folds out"):
        held_out("calcifications", "cbis-mass-films", shared / "data", Split(3))
