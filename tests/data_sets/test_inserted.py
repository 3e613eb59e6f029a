"""Tissue with inserted calcifications: the truth is what differs from the same tissue without."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.data_sets import Sample, samples

SETS = {"inserted-inbreast": "inbreast", "inserted-mias": "mias", "inserted-infn": "infn-masses"}


def pairs(shared, name: str) -> list[tuple[Sample, Sample]]:
    found = samples(name, shared / "data")
    return list(zip(found[::2], found[1::2], strict=True))


@pytest.mark.shared
@pytest.mark.parametrize("name", SETS)
def test_calcifications_lie_where_the_tissue_was_changed_and_nowhere_else(shared, name):
    for inserted, free in pairs(shared, name)[3:30:9]:
        image, tissue = inserted.read(), free.read()
        assert (image.patient, image.spacing, tissue.truth) == (tissue.patient, tissue.spacing, ())
        assert 5 <= len(image.truth) < 25
        added = image.pixels - tissue.pixels
        drawn = np.any([lesion.mask for lesion in image.truth], axis=0)
        assert added[drawn].mean() > 20 * abs(added[~drawn].mean())
        sizes = [np.sqrt(lesion.mask.sum() * 4 / np.pi) * image.spacing[0] for lesion in image.truth]
        assert max(sizes) < 1.3


@pytest.mark.shared
@pytest.mark.parametrize("name", SETS)
def test_squares_of_28_mm_are_the_same_in_every_run_and_of_the_sources_women(shared, name):
    inserted, _ = pairs(shared, name)[5]
    first, second = inserted.read(), inserted.read()
    assert np.array_equal(first.pixels, second.pixels)
    assert first.name == inserted.name
    assert first.path is None
    assert np.array(first.pixels.shape) * first.spacing == pytest.approx([28, 28], abs=0.2)
    women = {each.patient for each in samples(SETS[name], shared / "data")}
    assert {each.patient for pair in pairs(shared, name) for each in pair} <= women


@pytest.mark.shared
def test_only_images_free_of_calcifications_lend_their_tissue(shared):
    sources = {each.name: each for each in samples("inbreast", shared / "data")}
    for inserted, _ in pairs(shared, "inserted-inbreast")[::9]:
        image = sources[inserted.name.removesuffix(" inserted")].read()
        assert not {"calcification", "cluster"} & {lesion.kind for lesion in image.truth}
    films = {each.name: each for each in samples("mias", shared / "data")}
    assert all(
        films[free.name.removesuffix(" free")].read().truth == () for _, free in pairs(shared, "inserted-mias")[::30]
    )
