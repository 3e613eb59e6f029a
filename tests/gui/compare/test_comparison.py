"""A result held against the truth in the dock."""

from __future__ import annotations

import json
import shlex
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QTimer
from typer.testing import CliRunner

import napari_mammoseg as mammoseg
from napari_mammoseg.batch.comparing import Compared
from napari_mammoseg.cli import app
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.gui.compare import comparison
from napari_mammoseg.gui.dock.dock import PipelineDock
from napari_mammoseg.gui.dock.masses import Masses
from napari_mammoseg.gui.dock.microcalcifications import Microcalcifications
from napari_mammoseg.gui.layers.image_layers import image_layers, placement_of
from napari_mammoseg.gui.layers.style import COLOURS
from napari_mammoseg.gui.layers.truth_layers import rectangle
from napari_mammoseg.gui.layers.viewer_rules import keep_rules
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.pipelines import settings_of

pytestmark = pytest.mark.gui


@pytest.fixture
def viewer(image: Mammogram) -> ViewerModel:
    viewer = ViewerModel()
    lesion = Lesion("mass", "malignant", box=(11, 11, 21, 21))
    add(viewer, image_layers(replace(image, truth=(lesion,), patient="one")))
    return viewer


@pytest.fixture
def masses(image: Mammogram) -> Findings:
    """A mass found at 0.9, a false one of 0.6, and a faint one of 0.2."""
    found = (
        Finding(1, "mass", (10, 10, 20, 20), (14.5, 14.5), 0.9, label="malignant", p_malignant=0.8),
        Finding(2, "mass", (30, 20, 44, 32), (36.5, 25.5), 0.6, label="benign", p_malignant=0.2),
        Finding(3, "mass", (50, 5, 58, 12), (53.5, 8.0), 0.2, label="benign", p_malignant=0.4),
    )
    run = RunRecord("1", settings_of("masses", {}))
    return Findings(ImageRecord.of(image), "masses", ModelRecord("m"), 0.9, found, run)


@pytest.fixture
def dock(qtbot, viewer: ViewerModel, masses: Findings) -> Iterator[PipelineDock]:
    dock = Masses(viewer)
    qtbot.addWidget(dock)
    dock.present(viewer.layers[0], masses, 0.5)
    yield dock
    dock.close()


@pytest.fixture
def compare(qtbot) -> Callable[[PipelineDock], Compared]:
    """Presses Compare and waits for the scores."""

    def compare(dock: PipelineDock) -> Compared:
        got: list[Compared] = []
        dock.comparison.job.done.connect(got.append)
        dock.comparison.button.click()
        qtbot.waitUntil(lambda: not dock.comparison.job.running, timeout=20_000)
        return got[-1]

    return compare


def of_command(*arguments: Any) -> dict[str, Any]:
    done = CliRunner().invoke(app(), ["evaluate", *map(str, arguments), "--json"], catch_exceptions=False)
    return json.loads(done.stdout)


def plain(record: Any) -> Any:
    return json.loads(json.dumps(record))


def test_a_result_is_held_against_the_images_own_truth(dock: PipelineDock, compare) -> None:
    compared = compare(dock)
    values = {each.name: each.value for each in compared.evaluation.scores}
    assert values["masses: sensitivity"] == 1
    assert values["masses: false positives per image"] == 1
    words = dock.comparison.text.toPlainText()
    assert "masses: 1 of 1 found, 1 false mark at the threshold 0.5" in words
    assert "the box's centre lies in the lesion" in words
    assert "false positives per image, all images" in words
    assert "masses: AP20" in words
    titles = dock.comparison.plots.titles
    assert any(titles.itemText(each).startswith("FROC: masses") for each in range(titles.count()))


def test_found_and_missed_lesions_are_marked_on_the_image(dock: PipelineDock, viewer: ViewerModel, compare) -> None:
    active = viewer.layers.selection.active
    compare(dock)
    marks = viewer.layers["x.png / truth, found or missed"]
    assert viewer.layers.selection.active is active
    np.testing.assert_allclose(marks.data[0], rectangle((11, 11, 21, 21)))
    assert tuple(marks.scale) == (0.1, 0.2)
    assert list(marks.features["found"]) == [True]
    assert list(marks.text.values) == ["malignant mass: found 0.90"]
    np.testing.assert_allclose(marks.edge_color[0], _rgba(COLOURS["found"]), atol=1e-3)


def test_the_slider_compares_again_in_the_same_layer(qtbot, dock, viewer: ViewerModel, compare) -> None:
    compare(dock)
    dock.panel.slider.setValue(0.95)
    qtbot.waitUntil(lambda: "0 of 1 found, 0 false marks" in dock.comparison.text.toPlainText(), timeout=5000)
    (marks,) = [each for each in viewer.layers if each.name.endswith("found or missed")]
    np.testing.assert_allclose(marks.edge_color[0], _rgba(COLOURS["missed"]), atol=1e-3)
    assert list(marks.text.values) == ["malignant mass: missed, its mark has 0.90"]


def test_removed_marks_stay_away_until_compare_is_pressed(qtbot, dock, viewer: ViewerModel, compare) -> None:
    def marks() -> list[str]:
        return [each.name for each in viewer.layers if each.name.endswith("found or missed")]

    compare(dock)
    viewer.layers.remove(marks()[0])
    dock.panel.slider.setValue(0.95)
    qtbot.waitUntil(lambda: "0 of 1 found, 0 false marks" in dock.comparison.text.toPlainText(), timeout=5000)
    assert marks() == []
    compare(dock)
    assert len(marks()) == 1


def test_a_drawn_layer_is_a_truth_and_results_are_none(dock: PipelineDock, viewer: ViewerModel, compare) -> None:
    place = placement_of(viewer.layers[0])
    drawn = viewer.add_shapes([rectangle((30, 20, 44, 32))], shape_type="rectangle", name="mine", **place)
    names = dock.comparison.truth._names
    assert [names.itemText(each) for each in range(names.count())] == ["the image's own", "x.png / truth", "mine"]
    dock.comparison.truth.choose(drawn)
    compare(dock)
    marks = viewer.layers["x.png / truth, found or missed"]
    np.testing.assert_allclose(marks.data[0], rectangle((30, 20, 44, 32)))
    assert list(marks.text.values) == ["mass: found 0.60"]
    viewer.layers.remove(drawn)
    assert dock.comparison.truth.chosen is None


def test_an_image_and_a_table_give_the_commands_numbers(qtbot, tmp_path: Path, scan: Path, compare) -> None:
    table = tmp_path / "truth.csv"
    table.write_text("image,kind,row0,column0,row1,column1\nscan.png,cluster,100,100,200,200\nscan.png,other,1,1,9,9\n")
    viewer = ViewerModel()
    add(viewer, image_layers(mammoseg.read(scan, 0.1)))
    dock = Microcalcifications(viewer)
    qtbot.addWidget(dock)
    dock.panel.slider.setValue(0.1)
    dock.run()
    qtbot.waitUntil(lambda: not dock.job.running, timeout=30_000)
    dock.comparison.truth.choose(table)
    of_dock = compare(dock).evaluation.to_dict()
    dock_words = dock.comparison.text.toPlainText().partition("command line:")[2]
    assert plain(of_dock) == of_command(*shlex.split(dock_words)[2:])
    assert len(of_dock["scores"]) > 5
    dock.close()


def test_a_folder_of_results_gives_the_commands_numbers(dock, masses: Findings, tmp_path: Path, compare) -> None:
    for name in ("a.png", "b.png", "c.png", "d.png"):
        image = replace(masses.image, name=name)
        replace(masses, image=image).save(tmp_path / "results")
    table = tmp_path / "truth.csv"
    table.write_text("image,patient,kind,row,column,radius\na,p,mass,15,15,6\nb,q,,,,\nc,r,mass,37,25,5\n")
    dock.comparison.choose_folder(tmp_path / "results")
    dock.comparison.truth.choose(table)
    dock.comparison.rule.setCurrentText("iou-0.2")
    compared = compare(dock)
    words = dock.comparison.text.toPlainText()
    command = shlex.split(words.partition("command line:")[2])
    assert command[-2:] == ["--rule", "iou-0.2"]
    assert plain(compared.evaluation.to_dict()) == of_command(*command[2:])
    assert "3 images of 3 patients" in words
    assert "d.png: has no truth" in words
    dock.comparison.results.setCurrentIndex(0)
    assert dock.comparison.text.toPlainText() == ""
    assert not any(each.name.endswith("found or missed") for each in dock.viewer.layers)


def test_what_cannot_be_compared_is_said_in_one_line(qtbot, dock: PipelineDock, viewer, tmp_path: Path) -> None:
    def said() -> str:
        dock.comparison.compare()
        qtbot.waitUntil(lambda: not dock.comparison.job.running, timeout=5000)
        return dock.comparison.message.text()

    drawn = viewer.add_shapes([[[1, 1], [5, 5]]], shape_type="line", name="ruler")
    dock.comparison.truth.choose(drawn)
    assert said().startswith("ruler: holds a line, which surrounds nothing")
    dock.comparison.truth.choose(tmp_path / "none.csv")
    assert said().startswith("none.csv: does not exist")
    dock.comparison.choose_folder(tmp_path)
    dock.comparison.truth.choose(drawn)
    assert said().startswith("ruler: is the truth of one image")
    dock.comparison.truth.choose(None)
    assert "holds no results called NAME.masses.json" in said()
    assert dock.comparison.button.text() == "Compare"


def test_nothing_is_compared_before_a_run(qtbot, viewer: ViewerModel) -> None:
    dock = Masses(viewer)
    qtbot.addWidget(dock)
    dock.comparison.compare()
    assert dock.comparison.message.text().startswith("the comparison: needs a result")
    dock.close()


def test_an_image_without_truth_is_named(dock: PipelineDock, viewer: ViewerModel, masses: Findings, compare) -> None:
    plain_image = Mammogram.of(np.zeros((60, 40), np.float32), "y.png")
    layer = add(viewer, image_layers(plain_image))[0]
    dock.present(layer, replace(masses, image=ImageRecord.of(plain_image)), 0.5)
    compare(dock)
    assert dock.comparison.text.toPlainText().startswith("y.png: has no truth")


def test_numbers_of_another_result_are_taken_away(dock: PipelineDock, viewer: ViewerModel, masses, compare) -> None:
    compare(dock)
    dock.present(viewer.layers[0], masses, 0.5)
    assert dock.comparison.text.toPlainText() == ""
    assert dock.comparison.plots.titles.count() == 0


def test_the_window_answers_within_100_ms_while_it_compares_and_cancel_stops(
    qtbot, dock, masses: Findings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    masses.save(tmp_path)

    def slowly(folder: Path, pipeline: str, truths: Any, rule: Any, run: Any) -> None:
        for _ in run.track(range(1000), "images", 1000):
            time.sleep(0.01)

    monkeypatch.setattr(comparison, "compare_folder", slowly)
    dock.comparison.choose_folder(tmp_path)
    ticks: list[float] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(5)
    dock.comparison.button.click()
    qtbot.wait(600)
    assert dock.comparison.job.running
    assert dock.comparison.button.text() == "Cancel"
    assert dock.comparison.message.text().endswith("of 1000 results")
    timer.stop()
    assert np.sort(np.diff(ticks))[-2] < 0.1
    dock.comparison.button.click()
    qtbot.waitUntil(lambda: not dock.comparison.job.running, timeout=2000)
    assert dock.comparison.message.text() == "stopped"


def test_closing_lets_go_of_the_viewer(qtbot, viewer: ViewerModel) -> None:
    keep_rules(viewer)
    before = len(viewer.layers.events.inserted.callbacks)
    dock = Masses(viewer)
    qtbot.addWidget(dock)
    dock.close()
    assert len(viewer.layers.events.inserted.callbacks) == before


def _rgba(colour: str) -> list[float]:
    return [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)] + [1.0]
