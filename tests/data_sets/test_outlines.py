"""Outlined masses and single calcifications: the counts of their description, and shapes that lie on what they mark."""

from __future__ import annotations

import csv
from collections import Counter

import numpy as np
import pytest
from scipy import ndimage

from napari_mammoseg.data_sets import samples
from napari_mammoseg.data_sets.held_out import held_out
from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.geometry.boxes import areas, intersection
from napari_mammoseg.geometry.regions import fill, region

OUTLINES = ("inbreast-outlines", "mias-outlines", "infn-outlines", "cesm-outlines")


def rows(path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "images", "masses"),
    [("inbreast-outlines", 53, 54), ("mias-outlines", 35, 37), ("infn-outlines", 129, 129), ("cesm-outlines", 61, 112)],
)
def test_outlined_masses_are_as_many_as_described_and_brighter_than_the_tissue_around(shared, name, images, masses):
    found = samples(name, shared / "data")
    assert len(found) == images
    brighter, count = [], 0
    for sample in found:
        image = sample.read()
        assert image.patient == sample.patient
        outlined = [each for each in image.truth if each.kind == "mass"]
        count += len(outlined)
        mask = fill(outlined[0], image.pixels.shape)
        around = ndimage.binary_dilation(mask, iterations=12) & ~ndimage.binary_dilation(mask, iterations=3)
        brighter.append(image.pixels[mask].mean() > image.pixels[around].mean())
    assert count == masses
    assert np.mean(brighter) > 0.9


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("inbreast-calcifications", "inbreast"),
        ("inbreast-outlines", "inbreast"),
        ("mias-outlines", "mias"),
        ("infn-outlines", "infn-masses"),
    ],
)
def test_a_woman_has_the_same_key_in_every_set_that_shows_her(shared, name, source):
    patients = {each.name: each.patient for each in samples(source, shared / "data")}
    assert all(patients[each.name] == each.patient for each in samples(name, shared / "data"))


@pytest.mark.shared
def test_every_calcification_of_inbreast_is_there_and_images_without_have_none(shared):
    listed = {row["image"]: row["calcifications"] == "1" for row in rows(shared / "data" / "inbreast.images.csv")}
    shapes: Counter[str] = Counter()
    for sample in samples("inbreast-calcifications", shared / "data"):
        truth = sample.read().truth
        calcifications = [each for each in truth if each.kind == "calcification"]
        shapes.update("point" if each.contour is None else "contour" for each in calcifications)
        assert bool(calcifications or [each for each in truth if each.kind == "cluster"]) is listed.pop(sample.name)
    assert not listed
    assert shapes == {"point": 1820, "contour": 606}


@pytest.mark.shared
def test_marks_of_calcifications_lie_on_bright_specks(shared):
    bright = []
    for sample in samples("inbreast-calcifications", shared / "data")[::12]:
        image = sample.read()
        points = [each.point for each in image.truth if each.point is not None and each.kind == "calcification"]
        for row, column in np.round(points).astype(int).reshape(-1, 2):
            around = image.pixels[max(0, row - 12) : row + 13, max(0, column - 12) : column + 13]
            speck = image.pixels[row - 1 : row + 2, column - 1 : column + 2].max()
            bright.append(speck > np.percentile(around, 90))
    assert len(bright) > 100
    assert np.mean(bright) > 0.85


@pytest.mark.shared
def test_outlines_of_inbreast_lie_in_the_other_groups_generous_boxes_and_take_their_label(shared):
    boxes = rows(shared / "data" / "inbreast.boxes.csv")
    inside = []
    for sample in samples("inbreast-outlines", shared / "data"):
        mine = [row for row in boxes if row["image"] == sample.name and "m" in row["kind"].split()[1:]]
        for mass in (each for each in sample.read().truth if each.kind == "mass" and each.label is not None):
            given = [row for row in mine if row["kind"][0] == mass.label[0]]
            sides = [[float(row[side]) for side in ("row0", "col0", "row1", "col1")] for row in given]
            box = region(mass).box
            inside.append(intersection([box], sides).max() / areas([box])[0])
    assert len(inside) > 35
    assert min(inside) > 0.85


@pytest.mark.shared
def test_outlines_of_mias_have_the_area_of_their_list_and_cover_the_listed_circle(shared):
    areas: dict[str, list[int]] = {}
    for row in rows(shared / "data" / "mias_outlines.csv"):
        areas.setdefault(row["image"], []).append(int(row["pixels"]))
    labelled = []
    for sample in samples("mias-outlines", shared / "data"):
        masses = [each for each in sample.read().truth if each.kind == "mass"]
        assert sorted(int(each.mask.sum()) for each in masses) == sorted(areas.pop(sample.name))
        labelled += [each.label is not None for each in masses]
    assert not areas
    assert np.mean(labelled) > 0.9


@pytest.mark.shared
def test_only_compact_shapes_of_contrast_mammography_are_masses(shared):
    listed = {(row["image"], int(row["pixels"])): row for row in rows(shared / "data" / "cesm.regions.csv")}
    speaks = {row["image"]: row["mass"] for row in rows(shared / "data" / "cesm.images.csv")}
    for sample in samples("cesm-outlines", shared / "data"):
        image = sample.read()
        assert speaks[sample.name] == "1"
        assert 0.25 <= image.spacing[0] == image.spacing[1] <= 0.7
        for mass in (each for each in image.truth if each.kind == "mass"):
            row = listed[sample.name, int(mass.mask.sum())]
            assert float(row["share_of_breast"]) <= 0.15
            height, width = np.ptp(np.argwhere(mass.mask), axis=0) + 1
            assert (height, width) == (int(row["row1"]) - int(row["row0"]), int(row["col1"]) - int(row["col0"]))
            assert mass.mask.sum() > 0.4 * height * width


@pytest.mark.shared
def test_infn_outlines_are_the_fields_masks_in_one_piece_or_a_few_large_ones(shared):
    whole = {each.name: each for each in samples("infn-masses", shared / "data")}
    for sample in samples("infn-outlines", shared / "data")[::10]:
        (mass,), (raw,) = sample.read().truth, whole[sample.name].read().truth
        half_a_step = ndimage.binary_dilation(raw.mask, iterations=4)
        assert not (mass.mask & ~half_a_step).any()
        assert mass.mask.sum() > 0.8 * raw.mask.sum()
        pieces = np.bincount(ndimage.label(mass.mask)[0].ravel())[1:]
        assert pieces.min() >= 0.1 * pieces.max()


@pytest.mark.shared
@pytest.mark.parametrize("name", OUTLINES)
def test_outlines_are_held_out_by_patient_and_every_image_once(shared, name):
    data = shared / "data"
    parts = [held_out("segment", name, data, Split(5, fold, 1)) for fold in range(5)]
    assert sorted(each.name for part in parts for each in part) == sorted(each.name for each in samples(name, data))
    women = [{each.patient for each in part} for part in parts]
    assert sum(map(len, women)) == len(set().union(*women))
