"""Truth from tables, folders, single files and the MIAS list."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PIL import Image

from napari_mammoseg.errors import InputError
from napari_mammoseg.readers.truth import open_truths

SHAPE = (40, 60)


def table(tmp_path, text: str):
    path = tmp_path / "truth.csv"
    path.write_text(text)
    return open_truths(path, "mass")


def test_a_table_holds_boxes_circles_points_unplaced_and_free_images(tmp_path):
    truths = table(
        tmp_path,
        "# made by hand\n"
        "image,patient,kind,label,row0,column0,row1,column1,row,column,radius\n"
        "a.png,p1,mass,malignant,1,2,3,4,,,\n"
        "a.png,p1,cluster,,,,,,5,6,7\n"
        "b,p2,calcification,benign,,,,,8.5,9.5,\n"
        "c,p2,mass,,,,,,,,\n"
        "d,p3,,,,,,,,,\n",
    )
    box, circle = truths.of("a.png", SHAPE).lesions
    assert (box.kind, box.label, box.box) == ("mass", "malignant", (1, 2, 3, 4))
    assert (circle.kind, circle.label, circle.circle) == ("cluster", None, (5, 6, 7))
    assert truths.of("b.dcm", SHAPE).lesions[0].point == (8.5, 9.5)
    assert truths.of("b.dcm", SHAPE).patient == "p2"
    assert truths.of("c.dcm", SHAPE).lesions[0].box is None
    assert truths.of("d.dcm", SHAPE).lesions == ()
    assert truths.of("e.dcm", SHAPE) is None


def test_a_table_of_a_spreadsheet_that_writes_commas_in_numbers_is_read(tmp_path):
    truths = table(tmp_path, "image;kind;row;column;radius\nscan, left.png;mass;1,5;20;3,25\n")
    assert truths.of("scan, left.png", SHAPE).lesions[0].circle == (1.5, 20, 3.25)


def test_a_table_tells_images_of_one_name_apart_by_their_folders(tmp_path):
    truths = table(tmp_path, "image,kind\n0/x.png,\n1/x.png,mass\nx,cluster\n")
    kinds = [[each.kind for each in truths.of("x.png", SHAPE, tmp_path / place).lesions] for place in ("0", "1", "2")]
    assert kinds == [[], ["mass"], ["cluster"]]


def test_the_columns_of_a_table_are_known_in_capitals_and_behind_spaces(tmp_path):
    truths = table(
        tmp_path, 'Image, Patient, Kind, Row, Column\n"scan, left.png", p1, Mass, 1.5, 20\n,,,,\nb.png,,,,,\n'
    )
    truth = truths.of("scan, left.png", SHAPE)
    assert (truth.patient, truth.lesions[0].kind, truth.lesions[0].point) == ("p1", "mass", (1.5, 20))
    assert truths.of("b.png", SHAPE).lesions == ()


def test_the_lesions_of_an_image_count_whether_a_row_has_its_suffix_or_not(tmp_path):
    truths = table(tmp_path, "image,patient,kind\na.png,,mass\na,p1,cluster\n")
    truth = truths.of("a.png", SHAPE)
    assert ([each.kind for each in truth.lesions], truth.patient) == (["mass", "cluster"], "p1")
    assert [each.kind for each in truths.of("a", SHAPE).lesions] == ["cluster"]


def test_a_table_names_the_masks_of_its_lesions(tmp_path):
    mask = np.zeros(SHAPE, np.uint8)
    mask[3:6, 4:9] = mask[20:22, 30:31] = 255
    Image.fromarray(mask).save(tmp_path / "a.mask.png")
    text = (
        "image,kind,row0,column0,row1,column1,mask\na.png,mass,3,4,22,31,a.mask.png\na.png,cluster,1,2,3,4,a.mask.png\n"
    )
    truths = table(tmp_path, text + "b.png,mass,1,2,3,4,b.mask.png\n")
    mass, cluster = truths.of("a.png", SHAPE).lesions
    assert mass.box is None
    assert np.array_equal(mass.mask, mask > 0)
    assert (cluster.box, cluster.mask) == ((1, 2, 3, 4), None)
    with pytest.raises(InputError, match=r"b.mask.png.*cannot be opened"):
        truths.of("b.png", SHAPE)
    with pytest.raises(InputError, match="40 x 60 pixels"):
        truths.of("a.png", (50, 70))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file,kind\na,mass\n", "no column called image"),
        ("image,kind\na,lump\n", "line 2: has the kind 'lump'"),
        ("image,kind,label\na,mass,bad\n", "line 2: has the label 'bad'"),
        ("# x\n\nimage,kind,row,column\na,mass,1,two\n", "line 4: has '1, two'"),
        ("image,kind,row,column\na,mass,1,nan\n", "finite"),
        ("image,kind,row0,column0,row1,column1\na,mass,1,2,3,\n", "lacks some of row0"),
        (
            "image,kind,row0,column0,row1,column1\na,mass,30,2,3,40\n",
            r"line 2: has a box of no extent \(30, 2, 3, 40\)",
        ),
        ("image,kind,row,column,radius\na,mass,1,2,-3\n", "line 2: has a circle of radius -3"),
        ("image,kind,row,column,radius\na,mass,1,,\n", "line 2: lacks some of row, column"),
        ("image,kind,row,column,radius\na,mass,,,3\n", "line 2: has a radius without row and column"),
        ("image,row,column\na,1,2\n", "line 2: has a lesion of no kind"),
        ("image,label\na,normal\nb,malignant\n", "line 3: has a lesion of no kind"),
        ("image,patient,kind\na,p,mass\na,,mass\na,q,mass\n", "line 4: gives a to another patient than before"),
        ("image,kind\na,mass\n,cluster\n", "line 3: names no image"),
        ("image,kind,row,column\na,mass,1,5,20,5\n", "line 2: has more values than the table has columns"),
    ],
)
def test_a_wrong_table_is_answered_with_the_line_and_what_to_write(tmp_path, text, said):
    with pytest.raises(InputError, match=said):
        table(tmp_path, text)


def test_a_lesion_of_a_table_that_lies_outside_the_image_is_not_counted_as_missed(tmp_path):
    head = "image,kind,row0,column0,row1,column1,row,column,radius\n"
    truths = table(
        tmp_path, head + "a,mass,30,50,50,70,,,\nb,mass,10,60,20,70,,,\nc,mass,,,,,-9,9,8\nd,mass,,,,,-8,9,8\n"
    )
    assert len(truths.of("a.png", SHAPE).lesions) == len(truths.of("d.png", SHAPE).lesions) == 1
    with pytest.raises(
        InputError, match=r"b.png: has a mass at 10, 60, 20, 70 in the truth, outside its 40 x 60 pixels"
    ):
        truths.of("b.png", SHAPE)
    with pytest.raises(InputError, match="outside"):
        truths.of("c.png", SHAPE)


def test_a_truth_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "x.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError, match="UTF-8"):
        open_truths(tmp_path / "x.csv", "mass")


def test_a_black_and_white_mask_gives_a_lesion_each_piece_and_may_be_smaller(tmp_path):
    small = np.zeros((10, 15), np.uint8)
    small[1:3, 2:5] = small[7, 7] = 255
    Image.fromarray(small).save(tmp_path / "x.mask.png")
    truth = open_truths(tmp_path, "mass").of("x.png", SHAPE, tmp_path)
    assert [each.box for each in truth.lesions] == [(4, 8, 12, 20), (28, 28, 32, 32)]
    assert np.array_equal(truth.labels > 0, np.kron(small, np.ones((4, 4))) > 0)
    with pytest.raises(InputError, match="10 x 15"):
        open_truths(tmp_path / "x.mask.png", "mass").of("x.png", (41, 60))


def test_a_mask_called_as_its_image_counts_unless_it_is_the_image(tmp_path):
    for place in ("images", "masks"):
        (tmp_path / place).mkdir()
        Image.fromarray(np.eye(40, 60, dtype=np.uint8) * 255).save(tmp_path / place / "x.png")
    assert open_truths(tmp_path / "masks", "mass").of("x.png", SHAPE, tmp_path / "images").lesions
    assert open_truths(tmp_path / "images", "mass").of("x.png", SHAPE, tmp_path / "images") is None


def test_two_truths_of_one_name_are_told_apart_by_the_images_folder_or_refused(tmp_path):
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        Image.fromarray(np.full(SHAPE, 255 * (place == "b"), np.uint8)).save(tmp_path / place / "x.mask.png")
    truths = open_truths(tmp_path, "mass")
    assert len(truths.of("x.png", SHAPE, tmp_path / "b").lesions) == 1
    assert truths.of("x.png", SHAPE, tmp_path / "a").lesions == ()
    with pytest.raises(InputError, match="2 files called"):
        truths.of("x.png", SHAPE, tmp_path.parent)


def test_a_truth_document_takes_its_pixels_from_the_mask_beside_it(tmp_path):
    labels = np.zeros(SHAPE, np.uint16)
    labels[3:6, 4:8] = 1
    Image.fromarray(labels).save(tmp_path / "x.mask.png")
    document = {
        "schema": "mammoseg.truth/1",
        "image": {"name": "x.png", "rows": 40, "columns": 60},
        "lesions": [
            {"id": 1, "kind": "calcification", "label": "benign", "box": [3, 4, 6, 8]},
            {"id": 2, "kind": "cluster", "label": "benign", "box": [0, 0, 20, 20]},
        ],
    }
    (tmp_path / "x.truth.json").write_text(json.dumps(document))
    truth = open_truths(tmp_path, "mass").of("x.png", SHAPE, tmp_path)
    assert [(each.kind, each.box) for each in truth.lesions] == [
        ("calcification", (3, 4, 6, 8)),
        ("cluster", (0, 0, 20, 20)),
    ]
    assert np.array_equal(truth.labels, labels)
    with pytest.raises(InputError, match="the image 50 x 60"):
        open_truths(tmp_path, "mass").of("x.png", (50, 60), tmp_path)
    (tmp_path / "x.truth.json").write_text("{}")
    with pytest.raises(InputError, match="is not a truth document"):
        open_truths(tmp_path, "mass").of("x.png", SHAPE, tmp_path)


def test_the_mask_of_a_synthetic_cluster_shows_calcifications_and_their_cluster(tmp_path):
    labels = np.zeros(SHAPE, np.uint16)
    labels[3:6, 4:8], labels[9, 9] = 1, 2
    Image.fromarray(labels).save(tmp_path / "x.mask.png")
    record = {
        "schema": "mammoseg.synthetic/1",
        "kind": "calcifications",
        "label": "malignant",
        "mask": "x.mask.png",
        "known": [{"kind": "mass", "label": "benign", "box": [20, 20, 30, 30]}],
        "source": {"name": "x.png", "sha256": "abc", "patient": "woman1"},
    }
    (tmp_path / "x.json").write_text(json.dumps(record))
    for path in (tmp_path, tmp_path / "x.mask.png"):
        truth = open_truths(path, "mass").of("x.png", SHAPE, tmp_path)
        assert [(each.kind, each.label, each.box) for each in truth.lesions] == [
            ("calcification", "malignant", (3, 4, 6, 8)),
            ("calcification", "malignant", (9, 9, 10, 10)),
            ("cluster", "malignant", (3, 4, 10, 10)),
            ("mass", "benign", (20, 20, 30, 30)),
        ]
        assert truth.patient == "woman1"
    (tmp_path / "x.json").write_text("[]")
    assert {each.kind for each in open_truths(tmp_path, "mass").of("x.png", SHAPE).lesions} == {"mass"}


def test_the_mias_list_gives_circles_and_pairs(tmp_path):
    (tmp_path / "Info.txt").write_text("prose\nmdb001 G CIRC B 535 425 197\nmdb002 G NORM\n")
    truths = open_truths(tmp_path / "Info.txt", "mass")
    one, two = (truths.of(f"mdb00{n}.pgm", (1024, 1024)) for n in (1, 2))
    assert one.lesions[0].circle == (1024 - 425, 535, 197)
    assert two.lesions == ()
    assert one.patient == two.patient


def test_a_truth_that_is_not_there_is_said(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        open_truths(tmp_path / "no.csv", "mass")
