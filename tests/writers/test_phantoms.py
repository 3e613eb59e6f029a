"""A phantom's files hold its image and its exact truth, whatever the form."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
from PIL import Image

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams import exams_below
from napari_mammoseg.phantom.mammograms import Phantom, Request, make
from napari_mammoseg.readers import mias as mias_reader
from napari_mammoseg.writers import mias
from napari_mammoseg.writers.phantoms import save

LESIONS = "mass:spiculated:12,cluster:pleomorphic:12:8"


@cache
def film(laterality: str = "L", lesions: str = LESIONS) -> Phantom:
    return make(Request(seed=4, view="MLO", laterality=laterality, lesions=lesions))


@cache
def small() -> Phantom:
    return make(Request(seed=1, rows=400, columns=300, spacing_mm=0.5, lesions=LESIONS))


def test_the_mias_form_reads_back_with_its_circles(tmp_path):
    image, info, *_ = save(film(), tmp_path, "mias")
    assert image.name == "mdb010.pgm"
    read = mias_reader.read(image)
    assert (read.view, read.laterality, read.spacing, read.patient) == ("MLO", "L", (0.2, 0.2), "mias-005")
    np.testing.assert_allclose(read.pixels, film().image.pixels, atol=0.5 / 255 + 1e-6)
    assert {each.kind for each in read.truth} == {"mass", "cluster"}
    for lesion in read.truth:
        row, column, radius = lesion.circle
        planted = next(each for each in film().lesions if each.kind == lesion.kind)
        r0, c0, r1, c1 = planted.box
        assert abs(row - (r0 + r1) / 2) <= 1.5
        assert abs(column - (c0 + c1) / 2) <= 1.5
        assert 2 * radius == pytest.approx(max(r1 - r0, c1 - c0), abs=2)
        assert lesion.label == planted.label
    assert info.read_text().count("\n") == 2


def test_info_txt_grows_and_a_film_made_again_is_not_listed_twice(tmp_path):
    for phantom in (film(), film("R"), film()):
        save(phantom, tmp_path, "mias")
    films = [line.split()[0] for line in (tmp_path / "Info.txt").read_text().splitlines()]
    assert films == ["mdb009", "mdb009", "mdb010", "mdb010"]


def test_a_film_without_lesions_is_listed_as_normal(tmp_path):
    save(film(lesions="none"), tmp_path, "mias")
    assert (tmp_path / "Info.txt").read_text().split()[0::2] == ["mdb010", "NORM"]


def test_mias_holds_only_its_own_size(tmp_path):
    with pytest.raises(InputError, match="not 1024 × 1024"):
        save(small(), tmp_path, "mias")


@pytest.mark.parametrize(("row", "line"), [
    (mias.Row("mdb001", "G", "CIRC", "B", (599.0, 535.0, 197.0)), "mdb001 G CIRC B 535 425 197"),
    (mias.Row("mdb003", "D"), "mdb003 D NORM"),
])  # fmt: skip
def test_rows_are_those_of_the_original_list(row, line):
    """mdb001 of the database has its circle at x 535, y 425 from the lower left corner."""
    assert str(row) == line


def test_png_has_sixteen_bits_and_the_truth_lies_beside_it(tmp_path):
    image, mask, truth = save(small(), tmp_path, "png")
    assert (image.name, mask.name, truth.name) == (
        "phantom-1-L-CC.png",
        "phantom-1-L-CC.mask.png",
        "phantom-1-L-CC.truth.json",
    )
    stored = np.array(Image.open(image))
    assert stored.dtype == np.uint16
    np.testing.assert_allclose(stored / 65535, small().image.pixels, atol=1e-5)
    labels = np.array(Image.open(mask))
    assert labels.dtype == np.uint16
    np.testing.assert_array_equal(labels, small().mask)


def test_the_truth_lists_every_lesion_of_the_mask(tmp_path):
    record = json.loads(save(small(), tmp_path, "png")[-1].read_text())
    assert record["schema"] == "mammoseg.truth/1"
    assert record["image"]["spacing_mm"] == [0.5, 0.5]
    lesions = {each["id"]: each for each in record["lesions"]}
    assert [each["kind"] for each in record["lesions"]] == ["mass", *["calcification"] * 8, "cluster"]
    for id in np.unique(small().mask[small().mask > 0]):
        rows, columns = np.nonzero(small().mask == id)
        assert lesions[id]["centroid"] == pytest.approx([rows.mean(), columns.mean()], abs=1.0)
        assert lesions[id]["area_mm2"] >= rows.size * 0.25 - 1e-6


def test_views_of_one_seed_are_of_one_exam_and_those_of_another_are_not(tmp_path):
    for seed, side in ((1, "L"), (1, "R"), (2, "L")):
        size = {"rows": 400, "columns": 300, "spacing_mm": 0.5, "lesions": "none"}
        save(make(Request(seed=seed, laterality=side, **size)), tmp_path, "dicom")
    assert [len(each.images) for each in exams_below(tmp_path, lambda error: None)] == [2, 1]
