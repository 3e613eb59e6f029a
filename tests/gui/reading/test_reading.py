from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.utils.key_bindings import coerce_keybinding

from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.gui.dock.dock import PipelineDock
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.layers.truth_layers import rectangle
from napari_mammoseg.gui.results.drawn_boxes import REDO, UNDO
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.pipeline_table import PIPELINES
from napari_mammoseg.readings import open_reading


@pytest.fixture
def findings(image: Mammogram) -> Findings:
    masses = (
        Finding(1, "mass", (10, 10, 20, 20), (14.5, 14.5), 0.9, label="malignant", p_malignant=0.8),
        Finding(2, "mass", (30, 20, 44, 32), (36.5, 25.5), 0.6, label="benign", p_malignant=0.2),
        Finding(3, "mass", (50, 5, 58, 12), (53.5, 8.0), 0.2),
    )
    run = RunRecord("1", {"threshold": 0.5})
    return Findings(ImageRecord.of(image), "spots", ModelRecord("m"), 0.9, masses, run)


class Read(PipelineDock):
    pipeline = "spots"


@pytest.fixture
def dock(qtbot, image: Mammogram, findings: Findings, monkeypatch: pytest.MonkeyPatch) -> Iterator[PipelineDock]:
    monkeypatch.setitem(PIPELINES, "spots", replace(PIPELINES["spots"], read_kind="mass"))
    viewer = ViewerModel()
    layer = add(viewer, image_layers(image))[0]
    dock = Read(viewer)
    qtbot.addWidget(dock)
    dock.present(layer, findings, 0.5)
    yield dock
    dock.close()


def verdicts(dock: PipelineDock) -> dict[int, str | None]:
    return {each.id: each.features.get("reading") for each in dock.result.read.findings}


@pytest.mark.gui
def test_accept_and_reject_judge_the_selected_row(dock: PipelineDock) -> None:
    layer, redrawn = dock.result.boxes["mass"], []
    layer.events.data.connect(redrawn.append)
    dock.panel.chosen.emit(2)
    dock.reading.reject.click()
    dock.panel.chosen.emit(1)
    dock.reading.accept.click()
    assert verdicts(dock) == {1: "accepted", 2: "rejected", 3: None}
    assert redrawn == [], "the window waits for boxes that are drawn anew"
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
def test_a_box_drawn_with_naparis_own_tool_is_a_new_one(qtbot, dock: PipelineDock) -> None:
    layer = dock.result.boxes["mass"]
    layer.selected_data = {1}
    layer.remove_selected()
    layer.add_rectangles([rectangle((1, 2, 9, 8)), rectangle((40, 2, 48, 8))])
    qtbot.waitUntil(lambda: len(verdicts(dock)) == 5)
    assert verdicts(dock) == {1: None, 2: "rejected", 3: None, 4: "added", 5: "added"}
    assert layer.features["score"].isna().tolist() == [False, False, True, True]
    layer.selected_data = {2}
    layer.remove_selected()
    qtbot.waitUntil(lambda: 4 not in verdicts(dock))
    assert verdicts(dock) == {1: None, 2: "rejected", 3: None, 5: "added"}


@pytest.mark.gui
def test_a_pasted_box_is_a_new_one(qtbot, dock: PipelineDock) -> None:
    layer = dock.result.boxes["mass"]
    layer.selected_data = {0}
    layer._copy_data()
    layer._paste_data()
    qtbot.waitUntil(lambda: verdicts(dock).get(4) == "added")
    assert layer.features["id"].tolist() == [1, 2, 4]


@pytest.mark.gui
def test_boxes_that_cannot_be_are_put_back_with_a_word(qtbot, dock: PipelineDock) -> None:
    layer, message = dock.result.boxes["mass"], dock.bar.message
    layer.add_rectangles(rectangle((1, 1, 3, 3)))
    qtbot.waitUntil(lambda: len(layer.data) == 2)
    assert "2 × 2 pixels" in message.text()
    layer.add_rectangles(rectangle((-40, 1, -20, 30)))
    qtbot.waitUntil(lambda: "outside the image" in message.text())
    layer.data = [rectangle((-4, 10, 20, 20)), layer.data[1]]
    qtbot.waitUntil(lambda: "edge of the image" in message.text())
    assert layer.data[0].min() == -0.5
    assert verdicts(dock) == {1: "redrawn", 2: None, 3: None}


@pytest.mark.gui
def test_every_step_of_a_reading_can_be_undone(qtbot, dock: PipelineDock, findings: Findings) -> None:
    layer = dock.result.boxes["mass"]
    dock.panel.chosen.emit(1)
    dock.reading.accept.click()
    layer.add_rectangles(rectangle((1, 2, 9, 8)))
    qtbot.waitUntil(lambda: 4 in verdicts(dock))
    layer.keymap[coerce_keybinding(UNDO)](layer)
    assert verdicts(dock) == {1: "accepted", 2: None, 3: None}
    dock.reading.undo.click()
    assert dock.result.read == findings
    assert len(layer.data) == 2
    layer.keymap[coerce_keybinding(REDO)](layer)
    assert verdicts(dock) == {1: "accepted", 2: None, 3: None}


@pytest.mark.gui
def test_a_reading_is_saved_whole_whatever_the_threshold_hides(qtbot, dock: PipelineDock, tmp_path: Path) -> None:
    dock.panel.chosen.emit(2)
    dock.reading.reject.click()
    dock.panel.slider.setValue(0.8)
    qtbot.waitUntil(lambda: len(dock.result.findings.findings) == 1)
    dock.reading.save_to(tmp_path / "r.json")
    assert str(tmp_path / "r.json") in dock.bar.message.text()
    opened = open_reading(tmp_path / "r.json")
    assert [each.features.get("reading") for each in opened.read.findings] == [None, "rejected", None]
    assert opened.read.run.settings["threshold"] == pytest.approx(0.8)
    dock.reading.save_to(tmp_path / "missing" / "r.json")
    assert dock.bar.message.text().startswith("The reading was not saved")


@pytest.mark.gui
def test_what_the_run_found_is_saved_as_it_was(qtbot, dock: PipelineDock, findings: Findings, tmp_path: Path) -> None:
    dock.panel.chosen.emit(1)
    dock.reading.reject.click()
    dock.save(tmp_path)
    qtbot.waitUntil(lambda: "Saved" in dock.bar.message.text(), timeout=5000)
    (path,) = tmp_path.glob("*.json")
    assert "reading" not in path.read_text()
