"""Masses that were drawn: on phantoms, and in real tissue, which is left as it was elsewhere."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from napari_mammoseg.data_sets import phantoms, samples
from napari_mammoseg.data_sets.held_out import patients_held_out
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.training.masses.films import mass_films

INSERTED = ("inserted-masses-mias", "inserted-masses-inbreast")


@pytest.mark.shared
@pytest.mark.parametrize("name", INSERTED)
def test_a_mass_is_brighter_than_its_surroundings_and_the_tissue_elsewhere_is_untouched(shared, name):
    before = {each.name: each for each in samples(name.removeprefix("inserted-masses-"), shared / "data")}
    for sample in samples(name, shared / "data")[5:60:25]:
        image, tissue = sample.read(), before[sample.name.removesuffix(" mass")].read()
        assert (image.patient, image.spacing, image.path) == (tissue.patient, tissue.spacing, None)
        assert np.array_equal(sample.read().pixels, image.pixels)
        (lesion,) = image.truth
        ring = ndimage.binary_dilation(lesion.mask, iterations=8) & ~lesion.mask
        assert image.pixels[lesion.mask].mean() > image.pixels[ring].mean() + 0.02
        far = ~ndimage.binary_dilation(lesion.mask, iterations=round(25 / image.spacing[0]))
        assert np.array_equal(image.pixels[far], tissue.pixels[far])
        extent = np.ptp(np.argwhere(lesion.mask), axis=0).max() * image.spacing[0]
        assert 4 < extent < 27


def test_phantoms_need_no_folder_and_are_women_of_their_own(tmp_path):
    found = samples("phantoms", tmp_path)
    assert len({each.patient for each in found}) == len(found) == phantoms.COUNT
    image = found[3].read()
    assert (image.name, image.patient, image.view, image.laterality) == ("phantom-3", "phantom-3", "MLO", "R")
    assert image.truth is not None


@pytest.mark.shared
def test_tissue_of_women_held_out_gets_no_mass_in_a_training(few):
    split = Split(3, 1)
    out = patients_held_out("masses", few, split, ["mias"])
    training, held_out = mass_films(few, 1.0, split, ("inserted-masses-mias",))
    assert training
    assert not {each.patient for each in training} & out
    assert {each.patient for each in held_out} <= out
    assert all(len(each.boxes) == 1 for each in training)
