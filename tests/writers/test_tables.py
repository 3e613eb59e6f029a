"""CSV, COCO and metrics, read back by other libraries."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas
import pytest
from hypothesis import given
from hypothesis.extra import numpy as arrays

from napari_mammoseg.writers import coco, metrics, table_csv


def test_csv_reads_back_in_pandas(findings, tmp_path):
    [path] = table_csv.write(findings, tmp_path, "x")
    table = pandas.read_csv(path, comment="#")
    assert table.id.tolist() == [2, 5, 9]
    assert table[["row0", "column0", "row1", "column1"]].to_numpy().tolist() == [list(f.box) for f in findings.findings]
    assert table.score.tolist() == [0.75, 0.5, 0.75]
    assert table.contrast.fillna(0).tolist() == [1, 0, 0]
    assert np.isnan(table.area_mm2[2])
    assert json.loads(path.read_text().splitlines()[0][2:])["mammoseg"]["image"]["name"] == "scan.dcm"


def test_csv_of_no_findings_has_its_header(findings, tmp_path):
    [path] = table_csv.write(replace(findings, findings=()), tmp_path, "x")
    assert len(pandas.read_csv(path, comment="#")) == 0


def test_coco_reads_back_in_pycocotools_with_the_same_areas(findings, tmp_path):
    from pycocotools.coco import COCO

    [path] = coco.write(findings, tmp_path, "x")
    read = COCO(str(path))
    names = {number: each["name"] for number, each in read.cats.items()}
    for finding in findings.findings[:2]:
        annotation = read.anns[finding.id]
        assert names[annotation["category_id"]] == finding.kind
        assert annotation["score"] == finding.score
        assert np.array_equal(read.annToMask(annotation), findings.mask == finding.id)
        assert annotation["area"] == (findings.mask == finding.id).sum()
        x, y, width, height = annotation["bbox"]
        assert (y, x, y + height, x + width) == finding.box
    assert read.dataset["info"]["mammoseg"]["run"]["version"] == "1.0"


@given(arrays.arrays(np.uint16, arrays.array_shapes(min_dims=2, max_dims=2, max_side=7), elements={"max_value": 3}))
def test_run_lengths_are_those_of_pycocotools(labels):
    from pycocotools import mask

    for number, counts in coco.run_lengths(labels).items():
        packed = mask.frPyObjects({"size": list(labels.shape), "counts": counts}, *labels.shape)
        assert np.array_equal(mask.decode(packed), labels == number)
    assert set(coco.run_lengths(labels)) == set(np.unique(labels).tolist()) - {0}


def test_a_drawn_polygon_covers_its_pixels_in_coco(tmp_path):
    from pycocotools.coco import COCO

    corners = np.array([[9.5, 19.5], [9.5, 39.5], [29.5, 39.5], [29.5, 19.5]])
    drawn = coco.Annotation(1, "lump", coco.box_of(corners), polygon=corners)
    coco.write_annotations(tmp_path / "x.json", "x.png", (50, 60), [drawn], {})
    read = COCO(str(tmp_path / "x.json"))
    filled = np.argwhere(read.annToMask(read.anns[1]))
    assert (filled.min(axis=0).tolist(), filled.max(axis=0).tolist()) == ([10, 20], [29, 39])
    assert read.anns[1]["bbox"] == [20, 10, 20, 20]
    assert read.cats[read.anns[1]["category_id"]]["name"] == "other"


def test_metrics_are_a_document_and_a_table(findings, tmp_path):
    scored = replace(findings, metrics={"froc": {"at 1": 0.5}})
    as_json, as_table = metrics.write(scored, tmp_path, "x")
    assert json.loads(as_json.read_text())["metrics"]["froc"] == {"at 1": 0.5}
    table = pandas.read_csv(as_table, comment="#").set_index("name").value
    assert table["froc.at 1"] == pytest.approx(0.5)
    assert table["image_score"] == pytest.approx(0.75)


def test_the_head_of_the_csv_says_what_the_diameter_of_each_kind_is(findings, tmp_path):
    [path] = table_csv.write(findings, tmp_path, "x")
    head = [line for line in path.read_text().splitlines() if line.startswith("# diameter_mm")]
    assert head == [
        "# diameter_mm of a calcification: diameter of the disc with the same area",
        "# diameter_mm of a cluster: diagonal of the box around its calcifications",
    ]


@pytest.mark.parametrize("name", ["#1 left.png", "a#b.png", 'quote"#,.png', "\udce1.png", "two\nlines.png"])
def test_any_name_of_an_image_reads_back_in_pandas(findings, tmp_path, name):
    [path] = table_csv.write(replace(findings, image=replace(findings.image, name=name)), tmp_path, "x")
    table = pandas.read_csv(path, comment="#")
    assert set(table.image) == {name.encode("utf-8", "backslashreplace").decode()}
    assert table.id.tolist() == [2, 5, 9]
    assert table.area_mm2.tolist()[:2] == [0.51, 0.2]
