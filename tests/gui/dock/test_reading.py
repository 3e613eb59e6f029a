from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel

from napari_mammoseg import verdicts as reading
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.gui.dock.dock import PipelineDock
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.layers.truth_layers import rectangle
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.pipeline_table import PIPELINES


@pytest.fixture
def findings(image: Mammogram) -> Findings:
    masses = (
        Finding(1, "mass", (10, 10, 20, 20), (14.5, 14.5), 0.9, label="malignant", p_malignant=0.8),
        Finding(2, "mass", (30, 20, 44, 32), (36.5, 25.5), 0.6, label="benign", p_malignant=0.2),
        Finding(3, "mass", (50, 5, 58, 12), (53.5, 8.0), 0.2),
    )
    run = RunRecord("1", {"threshold": 0.5})
    return Findings(ImageRecord.of(image), "spots", ModelRecord("m"), 0.9, masses, run)


def by_id(findings: Findings) -> dict[int, Finding]:
    return {each.id: each for each in findings.findings}


def test_a_box_that_was_moved_is_redrawn_and_measured_anew(findings: Findings) -> None:
    read = by_id(reading.compare(findings, "mass", [1, 2], [(1, (12, 10, 24, 20)), (2, (30, 20, 44, 32))]))
    assert read[1].features["reading"] == "redrawn"
    assert (read[1].box, read[1].centroid) == ((12, 10, 24, 20), (17.5, 14.5))
    assert read[1].diameter_mm == pytest.approx(2.0)
    assert read[2] == by_id(findings)[2]


def test_a_box_that_was_deleted_is_rejected_and_one_that_was_hidden_is_not(findings: Findings) -> None:
    read = by_id(reading.compare(findings, "mass", [1, 2], [(2, (30, 20, 44, 32))]))
    assert read[1].features["reading"] == "rejected"
    assert "reading" not in read[3].features


def test_a_new_box_gets_its_own_id_and_full_score(findings: Findings) -> None:
    shown = [(1, (10, 10, 20, 20)), (2, (30, 20, 44, 32))]
    read = by_id(reading.compare(findings, "mass", [1, 2], [*shown, (None, (1, 2, 5, 8))]))
    assert set(read) == {1, 2, 3, 4}
    assert (read[4].score, read[4].box, read[4].features["reading"]) == (1.0, (1, 2, 5, 8), "added")


def test_nothing_done_is_nothing_changed(findings: Findings) -> None:
    shown = [(1, (10, 10, 20, 20)), (2, (30, 20, 44, 32))]
    assert reading.compare(findings, "mass", [1, 2], shown) is findings


def test_a_saved_reading_holds_every_verdict_and_no_patient(findings: Findings, tmp_path: Path) -> None:
    path = reading.save(reading.judge(findings, 1, "accepted"), tmp_path / "r.json")
    document = json.loads(path.read_text())
    assert document["schema"] == "mammoseg.reading/1"
    assert [each["reading"] for each in document["marks"]] == ["accepted", None, None]
    assert document["run"]["settings"] == {"threshold": 0.5}


class Spots(PipelineDock):
    pipeline = "spots"


@pytest.fixture
def dock(qtbot, image: Mammogram, findings: Findings, monkeypatch: pytest.MonkeyPatch) -> Iterator[PipelineDock]:
    monkeypatch.setitem(PIPELINES, "spots", replace(PIPELINES["spots"], read_kind="mass"))
    viewer = ViewerModel()
    layer = add(viewer, image_layers(image))[0]
    dock = Spots(viewer)
    qtbot.addWidget(dock)
    dock.present(layer, findings, 0.5)
    yield dock
    dock.close()


def verdicts(dock: PipelineDock) -> dict[int, str | None]:
    return {each.id: each.features.get("reading") for each in dock.result.read.findings}


@pytest.mark.gui
def test_accept_and_reject_judge_the_selected_row(dock: PipelineDock) -> None:
    dock.panel.chosen.emit(2)
    dock.reading.reject.click()
    dock.panel.chosen.emit(1)
    dock.reading.accept.click()
    assert verdicts(dock) == {1: "accepted", 2: "rejected", 3: None}
    layer = dock.result.boxes["mass"]
    assert [each[0] for each in layer.text.values] == ["✓", "✗"]
    assert not np.allclose(layer.edge_color[0], layer.edge_color[1])


@pytest.mark.gui
def test_boxes_worked_on_in_the_layer_are_read_and_survive_the_slider(qtbot, dock: PipelineDock) -> None:
    layer = dock.result.boxes["mass"]
    dock.reading.draw.click()
    assert layer.mode == "add_rectangle"
    layer.add_rectangles(rectangle((1, 2, 9, 8)))
    qtbot.waitUntil(lambda: 4 in verdicts(dock))
    assert layer.mode == "pan_zoom"
    layer.selected_data = {0}
    layer.remove_selected()
    qtbot.waitUntil(lambda: verdicts(dock)[1] == "rejected")
    assert verdicts(dock) == {1: "rejected", 2: None, 3: None, 4: "added"}
    dock.panel.slider.setValue(0.1)
    qtbot.waitUntil(lambda: len(layer.data) == 4)
    dock.panel.slider.setValue(0.95)
    qtbot.waitUntil(lambda: len(layer.data) == 1)
    assert layer.features["id"].tolist() == [4]


@pytest.mark.gui
def test_what_the_run_found_is_saved_as_it_was(qtbot, dock: PipelineDock, findings: Findings, tmp_path: Path) -> None:
    dock.panel.chosen.emit(1)
    dock.reading.reject.click()
    dock.save(tmp_path)
    qtbot.waitUntil(lambda: "saved" in dock.bar.message.text(), timeout=5000)
    (path,) = tmp_path.glob("*.json")
    assert "reading" not in path.read_text()
