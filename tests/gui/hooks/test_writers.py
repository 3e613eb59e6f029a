from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Labels, Points, Shapes
from npe2 import PluginManager
from PIL import Image as Picture

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.hooks.writers import write_labels, write_metrics, write_points, write_shapes
from napari_mammoseg.gui.layers.drawn import findings_of
from napari_mammoseg.gui.layers.finding_layers import finding_layers
from napari_mammoseg.gui.layers.layer_spacing import placement
from napari_mammoseg.gui.show import add


@pytest.fixture
def findings(everything: Findings) -> Findings:
    return everything.above(0.5)


@pytest.fixture
def layers(findings: Findings) -> tuple[Labels, Shapes]:
    """The labels and the boxes of a result."""
    layers = add(ViewerModel(), finding_layers(findings, placement((0.1, 0.2))))
    return layers[1], layers[3]


def parts(layer) -> tuple:
    """What napari gives a writer."""
    return layer.as_layer_data_tuple()[:2]


def test_labels_of_a_run_are_its_findings_again(layers, findings: Findings) -> None:
    back = findings_of(*parts(layers[0]))
    for ours, theirs in zip(back.findings, findings.of_kind("calcification"), strict=True):
        assert (ours.id, ours.kind, ours.box, ours.score) == (theirs.id, theirs.kind, theirs.box, theirs.score)
        assert ours.centroid == pytest.approx(theirs.centroid)
        assert ours.area_mm2 == pytest.approx(theirs.area_mm2)
        assert dict(ours.features) == dict(theirs.features)
    assert (back.pipeline, back.image, back.run.settings) == (findings.pipeline, findings.image, findings.run.settings)


def test_labels_that_were_changed_by_hand_are_measured_anew(layers, findings: Findings) -> None:
    layer = layers[0]
    layer.data[10:13, 10:12] = 0
    layer.data[40:44, 20:25] = 9
    back = {each.id: each for each in findings_of(*parts(layer)).findings}
    assert set(back) == {2, 9}
    assert (back[9].kind, back[9].score, back[9].box) == ("calcification", 1.0, (40, 20, 44, 25))
    assert back[9].area_mm2 == pytest.approx(20 * 0.1 * 0.2)
    assert back[9].diameter_mm == pytest.approx(np.sqrt(4 * 0.4 / np.pi), abs=1e-4)
    summary = findings_of(*parts(layer)).summary
    assert (summary["corrected_by_hand"], summary["calcifications"], summary["clusters"]) == (True, 2, 1)


def test_labels_that_are_as_the_run_left_them_are_not_called_corrected(layers) -> None:
    assert "corrected_by_hand" not in findings_of(*parts(layers[0])).summary


def test_labels_that_no_mask_can_hold_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has the label 70000"):
        write_labels(str(tmp_path / "x.csv"), *parts(Labels(np.full((4, 4), 70000), name="mine")))


@pytest.mark.parametrize("ending", [".csv", ".json", ".coco.json"])
def test_a_box_drawn_among_those_of_a_run_is_saved_with_nothing_of_theirs(layers, tmp_path: Path, ending: str) -> None:
    boxes = layers[1]
    boxes.add_rectangles(np.array([[39.5, 1.5], [39.5, 11.5], [49.5, 11.5], [49.5, 1.5]]))
    assert boxes.features["id"].tolist() == [4, 4], "napari copies the features of the last shape"
    path = tmp_path / f"x{ending}"
    write_shapes(str(path), *parts(boxes))
    if ending == ".csv":
        table = [each for each in path.read_text().splitlines() if not each.startswith("#")]
        found, drawn = csv.DictReader(table)
        assert (found["id"], found["count"]) == ("4", "3")
        assert (drawn["id"], drawn["score"], drawn["count"], drawn["reading"]) == ("5", "", "", "added")
        assert float(drawn["diameter_mm"]) == pytest.approx(np.hypot(10 * 0.1, 10 * 0.2), abs=0.01)
        return
    found, drawn = json.loads(path.read_text())["annotations"]
    assert (found["id"], drawn["id"]) == (4, 5)
    assert drawn.get("score") is None


@pytest.mark.parametrize("ending", [".png", ".tif", ".nii.gz"])
def test_labels_read_back_equal(layers, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"x{ending}"
    assert write_labels(str(path), *parts(layers[0])) == [str(path)]
    np.testing.assert_array_equal(_pixels(path), layers[0].data)


def _pixels(path: Path) -> np.ndarray:
    if path.suffix == ".gz":
        import nibabel

        return np.asarray(nibabel.load(path).dataobj)[..., 0].T
    return np.asarray(Picture.open(path))


def test_labels_as_table_json_and_coco_hold_every_finding_and_the_record(layers, tmp_path: Path) -> None:
    for ending in (".csv", ".json", ".coco.json"):
        write_labels(str(tmp_path / f"x{ending}"), *parts(layers[0]))
    lines = (tmp_path / "x.csv").read_text().splitlines()
    assert '"steps": 3' in lines[0]
    table = [each for each in lines if not each.startswith("#")]
    assert [row["id"] for row in csv.DictReader(table)] == ["1", "2"]
    document = json.loads((tmp_path / "x.json").read_text())
    assert document["schema"] == "mammoseg.findings/1"
    assert [each["id"] for each in document["findings"]] == [1, 2]
    annotations = json.loads((tmp_path / "x.coco.json").read_text())["annotations"]
    assert [each["area"] for each in annotations] == [6, 6]


@pytest.mark.parametrize("ending", [".csv", ".json", ".coco.json"])
def test_boxes_are_written_with_their_places(layers, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"x{ending}"
    write_shapes(str(path), *parts(layers[1]))
    if ending == ".csv":
        (row,) = csv.DictReader(path.read_text().splitlines()[1:])
        assert [row[each] for each in ("row0", "column0", "row1", "column1", "kind")] == [
            "10",
            "10",
            "33",
            "32",
            "cluster",
        ]
        return
    document = json.loads(path.read_text())
    (mark,) = document["annotations"]
    if ending == ".json":
        assert mark["type"] == "rectangle"
        assert document["mammoseg"]["run"]["settings"]["steps"] == 3
    else:
        assert mark["bbox"] == [10, 10, 22, 23]


def test_points_drawn_by_hand_are_written(tmp_path: Path) -> None:
    layer = Points(np.array([[3.0, 4.0], [5.5, 6.0]]), name="mine", features={"kind": ["calcification", "other"]})
    write_points(str(tmp_path / "p.csv"), *parts(layer))
    lines = (tmp_path / "p.csv").read_text().splitlines()
    assert "by hand" in lines[0]
    assert [(each["row"], each["kind"]) for each in csv.DictReader(lines[1:])] == [
        ("3.0", "calcification"),
        ("5.5", "other"),
    ]


def test_the_numbers_of_a_run_are_written(layers, tmp_path: Path) -> None:
    write_metrics(str(tmp_path / "x.metrics.json"), *parts(layers[0]))
    write_metrics(str(tmp_path / "x.metrics.csv"), *parts(layers[1]))
    numbers = json.loads((tmp_path / "x.metrics.json").read_text())["metrics"]
    assert (numbers["calcifications"], numbers["clusters"]) == (2, 1)
    assert "calcifications,2" in (tmp_path / "x.metrics.csv").read_text()
    with pytest.raises(InputError, match="no run"):
        write_metrics(str(tmp_path / "y.metrics.csv"), *parts(Labels(np.zeros((4, 4), int))))


def test_an_ending_of_no_format_and_a_stack_are_refused(layers, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="choose from"):
        write_shapes(str(tmp_path / "x.xyz"), *parts(layers[1]))
    with pytest.raises(InputError, match="3 dimensions"):
        write_labels(str(tmp_path / "x.json"), *parts(Labels(np.zeros((2, 4, 4), int))))


@pytest.mark.parametrize("ending", [".png", ".csv", ".json", ".coco.json", ".metrics.json"])
def test_napari_finds_the_writer_by_the_ending(findings: Findings, tmp_path: Path, ending: str) -> None:
    PluginManager.instance().discover()
    layer = add(ViewerModel(), finding_layers(findings, placement(None)))[1]
    path = tmp_path / f"x{ending}"
    assert layer.save(str(path), plugin="napari-mammoseg") == [str(path)]
    assert path.stat().st_size > 20
