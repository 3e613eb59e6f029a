"""mini-MIAS: rows of its list as they are written, places from the bottom-left corner, films without the list."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import napari_mammoseg as mammoseg
from napari_mammoseg.errors import InputError
from napari_mammoseg.readers import mias
from napari_mammoseg.writers import mias as writer

LIST = """              MAMMOGRAPHIC IMAGE ANALYSIS SOCIETY

INFORMATION:

1st column: MIAS database reference number.
                CALC - Calcification
3) When calcifications are present, centre locations and radii
   apply to clusters rather than individual calcifications.

=================================================================

mdb001 G CIRC B 535 425 197
mdb002 G CIRC B 522 280 69
mdb003 D NORM\x20
mdb005 F CIRC B 477 133 30
mdb005 F CIRC B 500 168 26
mdb059 F CIRC B
mdb144 F MISC B 233 994 29
mdb144 F MISC M 313 540 27
mdb212 G CALC M 687 882 3
mdb233 G CALC M *NOTE 3*
mdb110 D ASYM M 190 427 51

=================================================================
"""


def folder(place: Path) -> Path:
    """A MIAS folder: films whose right part (columns from 200) is tissue, and the list."""
    pixels = np.zeros((1024, 1024), np.uint8)
    pixels[200:, 200:] = 120
    for number in (1, 2, 3, 5, 7, 59, 110, 144, 212, 233):
        (place / f"mdb{number:03d}.pgm").write_bytes(b"P5\n1024 1024\n255\n" + pixels.tobytes())
    (place / "Info.txt").write_text(LIST)
    return place


def test_rows_without_places_notes_and_prose_are_told_apart():
    rows = list(mias.rows(LIST))
    assert Counter(film for film, _, _ in rows)["mdb005"] == 2
    assert len(rows) == 11
    found = {film: lesion for film, lesion, _ in rows}
    assert found["mdb003"] is None
    assert found["mdb233"].kind == "cluster"
    assert found["mdb233"].circle is None


def test_a_film_has_its_lesions_with_the_origin_turned_from_bottom_to_top(tmp_path):
    image = mammoseg.read(folder(tmp_path) / "mdb005.pgm")
    assert [lesion.circle for lesion in image.truth] == [(1024 - 133, 477, 30), (1024 - 168, 500, 26)]
    assert {lesion.label for lesion in image.truth} == {"benign"}
    assert (image.format, image.spacing, image.spacing_source) == ("MIAS", (0.2, 0.2), "mini-MIAS")
    assert (image.view, image.laterality, image.properties["tissue"]) == ("MLO", "R", "F")


def test_a_film_may_have_lesions_of_both_labels(tmp_path):
    image = mammoseg.read(folder(tmp_path) / "mdb144.pgm")
    assert [lesion.label for lesion in image.truth] == ["benign", "malignant"]


def test_a_normal_film_is_known_to_be_free(tmp_path):
    image = mammoseg.read(folder(tmp_path) / "mdb003.pgm")
    assert image.truth == ()
    assert image.notes == ()


def test_two_films_are_one_woman_and_even_is_left(tmp_path):
    first, second, third = (mammoseg.read(folder(tmp_path) / f"mdb00{number}.pgm") for number in (1, 2, 3))
    assert first.patient == second.patient != third.patient
    assert (first.laterality, second.laterality) == ("R", "L")


@pytest.mark.parametrize(("film", "words"), [("mdb059", "without a place"), ("mdb233", "without a place")])
def test_a_lesion_without_a_place_is_there_and_said(tmp_path, film, words):
    image = mammoseg.read(folder(tmp_path) / f"{film}.pgm")
    assert len(image.truth) == 1
    assert image.truth[0].circle is None
    assert words in image.notes[0]


def test_circles_on_the_background_are_said_and_unusable_ones_dropped(tmp_path):
    folder(tmp_path)
    outside = mammoseg.read(tmp_path / "mdb212.pgm")
    assert outside.truth[0].circle is None
    assert "lies on the background" in outside.notes[0]
    partly = mammoseg.read(tmp_path / "mdb110.pgm")
    assert partly.truth[0].circle == (597, 190, 51)
    assert "lies partly" in partly.notes[0]


def test_a_film_alone_or_not_listed_has_no_truth_but_its_spacing(tmp_path):
    folder(tmp_path)
    unlisted = mammoseg.read(tmp_path / "mdb007.pgm")
    (tmp_path / "Info.txt").unlink()
    alone = mammoseg.read(tmp_path / "mdb001.pgm")
    for image in (unlisted, alone):
        assert (image.truth, image.spacing) == (None, (0.2, 0.2))
        assert image.properties["truth"].startswith("unknown: ")
        assert image.notes == ()


def test_a_copy_of_another_size_claims_nothing(tmp_path):
    Image.fromarray(np.full((512, 512), 9, np.uint8)).save(tmp_path / "mdb001.png")
    image = mammoseg.read(tmp_path / "mdb001.png")
    assert (image.spacing, image.view, image.truth) == (None, None, None)


def test_a_lossless_webp_copy_is_the_film(tmp_path):
    pixels = np.random.default_rng(1).integers(0, 256, (1024, 1024), np.uint8)
    Image.fromarray(pixels).convert("RGB").save(tmp_path / "mdb004.webp", lossless=True)
    image = mammoseg.read(tmp_path / "mdb004.webp")
    assert np.array_equal(image.pixels, pixels / np.float32(255))
    assert (image.format, image.spacing) == ("MIAS", (0.2, 0.2))


def test_what_the_phantom_writes_in_this_form_comes_back(tmp_path):
    pixels = np.random.default_rng(3).uniform(0.2, 1, (1024, 1024)).astype(np.float32)
    image = mammoseg.Mammogram(pixels, "mdb008", "phantom", spacing=(0.2, 0.2))
    path = writer.write_image(image, tmp_path / "mdb008.pgm")
    rows = [
        writer.Row("mdb008", "G", "SPIC", "M", (300, 700, 41)),
        writer.Row("mdb008", "G", "CALC", "B", (512, 20, 9)),
    ]
    writer.write_info([*rows, writer.Row("mdb009", "F")], tmp_path / "Info.txt")
    again = mammoseg.read(path)
    assert np.abs(again.pixels - pixels).max() <= 0.5 / 255 + 1e-6
    assert [(lesion.kind, lesion.label, lesion.circle) for lesion in again.truth] == [
        ("mass", "malignant", (300, 700, 41)),
        ("cluster", "benign", (512, 20, 9)),
    ]


def test_a_cut_off_film_is_refused(tmp_path):
    (tmp_path / "mdb001.pgm").write_bytes(b"P5\n1024 1024\n255\n" + bytes(500_000))
    with pytest.raises(InputError, match=r"mdb001.pgm: is cut off"):
        mammoseg.read(tmp_path / "mdb001.pgm")


@pytest.mark.shared
def test_the_real_list_says_the_same_as_the_table_made_of_it(shared):
    with (shared / "data/mias/lesions.csv").open() as file:
        table = [
            (row["image"], row["class"], row["severity"], row["x"], row["y_from_bottom"], row["radius"])
            for row in csv.DictReader(file)
        ]
    labels = {"benign": "B", "malignant": "M"}
    read = []
    for film, lesion, _ in mias.rows((shared / "data/mias/Info.txt").read_text("latin-1")):
        place = ("", "", "")
        if lesion and lesion.circle:
            row, column, radius = lesion.circle
            place = (f"{column:g}", f"{1024 - row:g}", f"{radius:g}")
        kind = lesion.attributes["class"] if lesion else "NORM"
        read.append((film, kind, labels.get(lesion.label, "") if lesion else "", *place))
    assert sorted(read) == sorted(table)
    assert Counter(kind for _, kind, *_ in read) == Counter(
        NORM=151, CALC=18, SPIC=16, CIRC=14, ARCH=14, MISC=9, ASYM=9
    )


@pytest.mark.shared
@pytest.mark.parametrize(
    ("film", "unusable"), [("mdb212", True), ("mdb214", True), ("mdb110", False), ("mdb209", None)]
)
def test_real_circles_on_background_are_found_by_their_pixels(shared, film, unusable):
    image = mammoseg.read(shared / f"data/mias/{film}.webp")
    assert image.format == "MIAS"
    assert (image.truth[0].circle is None) is bool(unusable)
    assert bool(image.notes) is (unusable is not None)


@pytest.mark.shared
def test_real_circumscribed_masses_are_brighter_than_the_ring_around(shared):
    brighter = []
    for film in ("mdb005", "mdb012", "mdb015", "mdb025", "mdb290"):
        image = mammoseg.read(shared / f"data/mias/{film}.webp")
        for row, column, radius in (lesion.circle for lesion in image.truth):
            inner = mias.disk(image.pixels.shape, (row, column, radius / 2))
            ring = mias.disk(image.pixels.shape, (row, column, 2 * radius)) & ~mias.disk(
                image.pixels.shape, (row, column, 1.3 * radius)
            )
            brighter.append(image.pixels[inner].mean() > image.pixels[ring].mean())
    assert np.mean(brighter) > 0.8
