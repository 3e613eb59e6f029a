"""INbreast in the exact form of its files: names, OsiriX regions of every spelling, grades, and hostile XML."""

from __future__ import annotations

import plistlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import napari_mammoseg as mammoseg
from napari_mammoseg.readers import inbreast

NUMBER, WOMAN = "20586908", "6c613a14b80a8591"
GRADES = (
    "Patient ID;Patient age;Laterality;View;Acquisition date;File Name;ACR;Bi-Rads\n"
    "removed;removed;R;CC;201001;20586934;4;2\n"
    f"removed;removed;R;MLO;201001;{NUMBER};;4c\n"
)


def region(name: str | None, *points: tuple[float, float]) -> dict:
    """One region as OsiriX exports it; points are (column, row)."""
    record = {
        "Area": 0.88,
        "Center": "(0.000000, 0.000000, 0.000000)",
        "IndexInImage": 0,
        "NumberOfPoints": len(points),
        "Point_mm": ["(0.000000, 0.000000, 0.000000)"] * len(points),
        "Point_px": [f"({column:f}, {row:f})" for column, row in points],
        "Type": 9,
    }
    return record if name is None else {**record, "Name": name}


def annotate(place: Path, *regions: dict) -> Path:
    """`AllXML/NUMBER.xml` below `place`."""
    path = place / "AllXML" / f"{NUMBER}.xml"
    path.parent.mkdir(exist_ok=True)
    content = {"Images": [{"ImageIndex": 0, "NumberOfROIs": len(regions), "ROIs": list(regions)}]}
    path.write_bytes(plistlib.dumps(content))
    return path


def picture(place: Path, rows: int = 3328, columns: int = 2560) -> Path:
    """A picture of the set's size in the folder that a copy as PNG uses."""
    (place / "AllPNGs").mkdir(exist_ok=True)
    path = place / "AllPNGs" / f"{NUMBER}.png"
    Image.fromarray(np.arange(rows * columns, dtype=np.uint32).reshape(rows, columns).astype(np.uint8)).save(path)
    return path


TRIANGLE = ((100.0, 200.0), (110.0, 200.0), (105.0, 230.0))


@pytest.mark.parametrize(
    ("name", "points", "kind", "shape"),
    [
        ("Mass", TRIANGLE, "mass", "contour"),
        ("Calcification", TRIANGLE[:1], "calcification", "point"),
        ("Calcifications", TRIANGLE, "calcification", "contour"),
        ("calcification", TRIANGLE, "calcification", "contour"),
        ("Cluster", TRIANGLE, "cluster", "contour"),
        ("Unnamed", TRIANGLE[:1], "calcification", "point"),
        ("Point 3", TRIANGLE[:1], "calcification", "point"),
        (None, TRIANGLE, "other", "contour"),
        ("Espiculated Region", TRIANGLE, "other", "contour"),
        ("Spiculated region", TRIANGLE, "other", "contour"),
        ("Assymetry", TRIANGLE, "other", "contour"),
        ("Distortion", TRIANGLE[:2], "other", "point"),
    ],
)
def test_regions_of_every_name_become_lesions_in_rows_and_columns(tmp_path, name, points, kind, shape):
    (lesion,) = inbreast.lesions(annotate(tmp_path, region(name, *points)))
    assert (lesion.kind, lesion.attributes["name"]) == (kind, name or "")
    expected = np.array([(row, column) for column, row in points])
    if shape == "contour":
        assert np.array_equal(lesion.contour, expected)
    else:
        assert lesion.point == pytest.approx(expected.mean(axis=0))
        assert lesion.contour is None


def test_a_picture_has_the_lesions_and_grades_beside_its_folder(tmp_path):
    annotate(tmp_path, region("Mass", *TRIANGLE), region("Calcification", (5, 6)))
    (tmp_path / "INbreast.csv").write_text(GRADES)
    image = mammoseg.read(picture(tmp_path))
    assert [lesion.kind for lesion in image.truth] == ["mass", "calcification"]
    assert (image.format, image.spacing, image.spacing_source) == ("INbreast", (0.07, 0.07), "INbreast")
    assert (image.view, image.laterality, image.properties["birads"]) == ("MLO", "R", "4c")
    assert "density" not in image.properties


def test_a_smaller_copy_has_its_own_spacing_and_places(tmp_path):
    annotate(tmp_path, region("Mass", *TRIANGLE))
    image = mammoseg.read(picture(tmp_path, 1664, 1280))
    assert image.spacing == pytest.approx((0.14, 0.14))
    assert np.allclose(image.truth[0].contour, [(100, 50), (100, 55), (115, 52.5)])


def test_a_picture_of_other_proportions_claims_nothing(tmp_path):
    annotate(tmp_path, region("Mass", *TRIANGLE))
    image = mammoseg.read(picture(tmp_path, 200, 200))
    assert (image.spacing, image.truth) == (None, None)
    assert "proportions" in image.notes[-1]


def test_an_image_without_xml_among_others_is_free_of_lesions(tmp_path):
    path = picture(tmp_path, 1664, 1280)
    (tmp_path / "INbreast.csv").write_text(GRADES)
    unknown = mammoseg.read(path)
    assert unknown.truth is None
    assert unknown.properties["truth"].startswith("unknown: ")
    (tmp_path / "AllXML").mkdir()
    assert mammoseg.read(path).truth == ()


def test_the_dicom_name_says_woman_side_and_view(tmp_path, secondary_capture):
    path = tmp_path / "AllDICOMs" / f"{NUMBER}_{WOMAN}_MG_R_ML_ANON.dcm"
    secondary_capture(path, "removed", np.full((3328, 2560), 900, np.uint16), "")
    annotate(tmp_path, region("Cluster", *TRIANGLE))
    image = mammoseg.read(path)
    assert (image.format, image.patient) == ("INbreast", f"inbreast-{WOMAN}")
    assert (image.view, image.laterality, image.spacing) == ("MLO", "R", (0.07, 0.07))
    assert [lesion.kind for lesion in image.truth] == ["cluster"]
    assert "the file says CC, its name MLO" in image.notes


def test_a_number_alone_is_an_ordinary_picture(tmp_path):
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(tmp_path / f"{NUMBER}.png")
    assert mammoseg.read(tmp_path / f"{NUMBER}.png").format == "PNG"


LAUGHS = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<plist version="1.0"><dict><key>Images</key><array><dict><key>ROIs</key><array><dict>
<key>Name</key><string>&c;</string></dict></array></dict></array></dict></plist>"""
OUTSIDE = LAUGHS.replace('<!ENTITY a "ha">', '<!ENTITY a SYSTEM "file:///etc/hostname">')


@pytest.mark.parametrize(
    "content",
    [
        LAUGHS,
        OUTSIDE,
        "",
        "no xml",
        "<plist><dict><key>Images</key></dict></plist>",
        plistlib.dumps({"Images": [{"ROIs": [{"Name": "Mass", "Point_px": []}]}]}).decode(),
        plistlib.dumps({"Images": [{"ROIs": [{"Name": "Mass", "Point_px": ["(a, b)"]}]}]}).decode(),
        plistlib.dumps({"Images": [{"ROIs": [{"Name": "Mass", "Point_px": ["(nan, 1)"]}]}]}).decode(),
        plistlib.dumps({"Images": 3}).decode(),
        plistlib.dumps([1, 2]).decode(),
        "<plist>" + "<array>" * 5000 + "</array>" * 5000 + "</plist>",
    ],
)
def test_hostile_or_damaged_xml_leaves_the_truth_unknown_and_is_said(tmp_path, content):
    path = picture(tmp_path, 1664, 1280)
    annotate(tmp_path).write_text(content)
    image = mammoseg.read(path)
    assert image.truth is None
    assert image.notes == (f"{NUMBER}.xml is damaged: the truth is unknown",)


@pytest.mark.shared
def test_the_real_annotation_lies_in_the_boxes_of_another_group(shared):
    found = list(inbreast.lesions(shared / "data/inbreast_xml/20587054.xml", (2048 / 3328, 2048 / 3328)))
    assert [lesion.kind for lesion in found] == ["cluster"] * 3
    assert {len(lesion.contour) for lesion in found} == {200}
    boxes = [
        [float(each) for each in line.split(",")[3:]]
        for line in (shared / "data/inbreast.boxes.csv").read_text().splitlines()
        if line.startswith("20587054")
    ]
    for lesion in found:
        row, column = lesion.contour.mean(axis=0)
        assert any(low <= row <= high and left <= column <= right for low, left, high, right in boxes)


@pytest.mark.shared
def test_a_real_picture_beside_its_annotation_is_read(shared, tmp_path):
    for name in ("inbreast/20587054.jpg", "inbreast_xml/20587054.xml"):
        (tmp_path / Path(name).name).write_bytes((shared / "data" / name).read_bytes())
    image = mammoseg.read(tmp_path / "20587054.jpg")
    assert image.spacing == pytest.approx((0.11375, 0.11375), rel=1e-3)
    assert len(image.truth) == 3
    rows, columns = image.truth[0].contour.max(axis=0)
    assert (rows < image.rows, columns < image.columns) == (True, True)
