"""The dock, without a canvas where none is needed: it works on the viewer's model."""

from __future__ import annotations

import json
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.utils.interactions import mouse_move_callbacks, mouse_press_callbacks, mouse_release_callbacks
from PIL import Image as Picture
from qtpy.QtCore import QPoint, QPointF, Qt, QTimer
from qtpy.QtGui import QWheelEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QScrollBar, QSlider
from wrapt import ObjectProxy

import napari_mammoseg as mammoseg
from napari_mammoseg.gui.dock.dock import PipelineDock
from napari_mammoseg.gui.dock.microcalcifications import Microcalcifications
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.layers.layer_spacing import spacing_of
from napari_mammoseg.gui.results.looking import finding_at
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import MODELS

pytestmark = pytest.mark.gui


_HORIZONTAL, _ASCENDING = Qt.Orientation.Horizontal, Qt.SortOrder.AscendingOrder


class Spots(PipelineDock):
    pipeline = "spots"


@pytest.fixture
def dock(open_dock) -> PipelineDock:
    return open_dock(Spots)


@pytest.fixture
def finish(qtbot) -> Callable[[PipelineDock], None]:
    """Starts a run and waits for its end."""

    def finish(dock: PipelineDock) -> None:
        dock.run()
        qtbot.waitUntil(lambda: not dock.job.running, timeout=20_000)

    return finish


def slow(dock: PipelineDock, steps: int = 200, pause_s: float = 0.02) -> None:
    dock.controls.form.steps.value, dock.controls.form.pause_s.value = steps, pause_s


def plain(record: Any) -> Any:
    return json.loads(json.dumps(record))


def written(folder: Path) -> dict[str, Any]:
    """The one record of findings in `folder`."""
    (path,) = folder.glob("*.json")
    return json.loads(path.read_text())


def names(viewer: ViewerModel) -> list[str]:
    return [each.name for each in viewer.layers]


def test_a_run_shows_layers_table_and_summary(dock: PipelineDock, viewer: ViewerModel, finish) -> None:
    finish(dock)
    assert names(viewer) == ["x.png", "x.png / probability", "x.png / spots", "x.png / rings", "x.png / clusters"]
    assert dock.panel.summary.text() == "2 calcifications · 1 cluster · 1.00 per cm² · image score 0.90"
    assert dock.panel.rule.text() == "all spots are one cluster"
    assert dock.panel.table.model().rowCount() == 3
    assert "s on cpu" in dock.bar.message.text()


def test_the_settings_of_the_form_reach_the_run(dock: PipelineDock, finish) -> None:
    dock.controls.form.steps.value = 5
    dock.controls.form.corners.value = True
    finish(dock)
    settings = dock.result.findings.run.settings
    assert (settings["steps"], settings["corners"], settings["threshold"]) == (5, True, 0.5)


def test_progress_is_determinate(qtbot, dock: PipelineDock) -> None:
    slow(dock, steps=20, pause_s=0.06)
    seen, shown = [], []
    dock.job.progressed.connect(lambda progress: seen.append((progress.stage, progress.done, progress.total)))
    dock.job.progressed.connect(lambda progress: shown.append(dock.bar.progress.maximum()))
    dock.run()
    qtbot.waitUntil(lambda: not dock.job.running, timeout=10_000)
    steps = [done for stage, done, total in seen if (stage, total) == ("looking", 20)]
    assert steps == sorted(steps)
    assert (steps[0], steps[-1]) == (0, 20)
    assert len(steps) > 5
    assert 20 in shown


def test_cancel_stops_within_one_step_and_keeps_nothing(qtbot, dock: PipelineDock, viewer: ViewerModel) -> None:
    slow(dock, steps=10_000, pause_s=0.05)
    dock.run()
    qtbot.wait(200)
    asked = time.perf_counter()
    dock.bar.cancel_button.click()
    qtbot.waitUntil(lambda: not dock.job.running, timeout=5_000)
    assert time.perf_counter() - asked < 0.5
    assert names(viewer) == ["x.png"]
    assert "stopped" in dock.bar.message.text()
    assert dock.bar.run_button.isEnabled()


def test_the_window_answers_within_100_ms_while_it_runs(qtbot, dock: PipelineDock) -> None:
    slow(dock)
    ticks = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(time.perf_counter()))
    timer.start(5)
    dock.run()
    qtbot.wait(1500)
    assert dock.job.running
    timer.stop()
    dock.cancel()
    qtbot.waitUntil(lambda: not dock.job.running, timeout=5_000)
    gaps = np.diff(ticks)
    assert np.sort(gaps)[-2] < 0.1, "two waits of more than 100 ms"


def test_a_result_goes_to_the_image_it_was_started_on(qtbot, dock: PipelineDock, viewer: ViewerModel) -> None:
    slow(dock, steps=10, pause_s=0.03)
    dock.run()
    other = add(viewer, image_layers(Mammogram.of(np.zeros((9, 9), np.float32), "other.png")))[0]
    viewer.layers.selection.active = other
    assert dock.controls.image is other
    qtbot.waitUntil(lambda: not dock.job.running, timeout=10_000)
    assert names(viewer)[-1] == "x.png / clusters"
    assert tuple(viewer.layers[-1].scale) == (0.1, 0.2)
    assert viewer.layers.selection.active is dock.controls.image is other, "what a person went on to stays chosen"
    assert dock.bar.message.text().startswith("x.png: ")


def test_a_second_run_replaces_the_first(dock: PipelineDock, viewer: ViewerModel, finish) -> None:
    finish(dock)
    before = names(viewer)
    dock.controls.form.steps.value = 5
    finish(dock)
    assert names(viewer) == before
    assert dock.result.findings.run.settings["steps"] == 5


def test_a_second_run_does_not_replace_labels_that_a_person_corrected(dock, viewer: ViewerModel, finish) -> None:
    finish(dock)
    first = dock.result
    first.areas.data_setitem((np.array([50]), np.array([5])), 9)
    finish(dock)
    assert first.areas in viewer.layers
    assert first.areas.data[50, 5] == 9
    assert dock.result is not first


def test_a_dock_that_is_opened_again_finds_its_results(qtbot, viewer: ViewerModel, dock: PipelineDock, finish) -> None:
    finish(dock)
    first = dock.result
    dock.close()
    again = Spots(viewer)
    qtbot.addWidget(again)
    assert again.result is first
    assert again.panel.table.model().rowCount() == 3
    again.panel.slider.setValue(0.8)
    qtbot.waitUntil(lambda: again.panel.table.model().rowCount() == 1)
    again.close()


def test_a_second_run_with_the_box_ticked_makes_new_layers_and_each_layer_brings_its_result_back(
    dock, viewer, finish
) -> None:
    finish(dock)
    first = dock.result
    dock.bar.keep.setChecked(True)
    finish(dock)
    assert len(viewer.layers) == 9
    assert dock.result is not first
    viewer.layers.selection.active = first.areas
    assert dock.result is first


def test_the_slider_answers_without_running_again(qtbot, dock: PipelineDock, viewer: ViewerModel, finish) -> None:
    finish(dock)
    dock.panel.slider.setValue(0.2)
    qtbot.waitUntil(lambda: dock.panel.table.model().rowCount() == 4, timeout=2000)
    assert dock.panel.summary.text().startswith("3 calcifications")
    assert viewer.layers["x.png / spots"].data[31, 30] == 3
    assert len(viewer.layers) == 5
    handle = dock.panel.slider.findChild(QSlider)
    for key, wanted in (("Right", 0.21), ("Up", 0.22), ("PageUp", 0.32), ("Left", 0.31), ("End", 1), ("Home", 0)):
        QTest.keyClick(handle, getattr(Qt.Key, f"Key_{key}"))
        assert dock.panel.threshold == wanted, key


def test_false_marks_are_told_of_the_weights_they_were_measured_with_alone(qtbot, viewer, tmp_path, finish) -> None:
    dock = Microcalcifications(viewer)
    qtbot.addWidget(dock)

    def said(name: str) -> str:
        dock.controls.model.choose(name)
        return dock.panel.meaning.text()

    assert said("calcification-lite").startswith("False marks of calcification-lite at this threshold")
    own = Path(shutil.copy(MODELS["calcification-lite"].path, tmp_path))
    assert [said(each) for each in (str(own), "valvano-segmentator", "blob-contrast")] == ["", "", ""]
    finish(dock)
    assert said("calcification-lite") == "", "the result is another model's"
    dock.result.remove()
    assert dock.panel.meaning.text()
    dock.close()


def test_a_row_selects_its_finding_and_the_camera_goes_there(dock: PipelineDock, viewer: ViewerModel, finish) -> None:
    finish(dock)
    table = dock.panel.table
    headers = [table.model().headerData(each, _HORIZONTAL) for each in range(table.model().columnCount())]
    rows = [table.model().index(row, headers.index("id")).data() for row in range(3)]
    table.selectRow(rows.index("2"))
    assert viewer.layers["x.png / spots"].selected_label == 2
    assert viewer.scene.camera.center[-2:] == pytest.approx((21 * 0.1, 20.5 * 0.2))


def test_a_label_or_box_selects_its_row(dock: PipelineDock, viewer: ViewerModel, finish) -> None:
    finish(dock)
    viewer.layers["x.png / clusters"].selected_data = {0}
    assert dock.panel.table.selected == 4
    viewer.layers["x.png / spots"].selected_label = 2
    assert dock.panel.table.selected == 2


def test_the_table_sorts_numbers_as_numbers(dock: PipelineDock, finish) -> None:
    dock.panel.set_threshold(0.0)
    finish(dock)
    table = dock.panel.table
    headers = [table.model().headerData(each, _HORIZONTAL) for each in range(table.model().columnCount())]
    column = headers.index("score")
    table.sortByColumn(column, _ASCENDING)
    scores = [float(table.model().index(row, column).data()) for row in range(4)]
    assert scores == sorted(scores)
    dock.panel.slider.setValue(0.55)
    dock.following._on_slider()
    scores = [float(table.model().index(row, column).data()) for row in range(3)]
    assert scores == sorted(scores)


def test_dock_python_and_command_line_give_the_same_numbers(qtbot, tmp_path: Path, scan: Path, finish) -> None:
    viewer = ViewerModel()
    add(viewer, image_layers(mammoseg.read(scan)))
    dock = Microcalcifications(viewer)
    qtbot.addWidget(dock)
    dock.controls.spacing.give(0.1)
    dock.controls.form.cluster_count.value = 2
    dock.panel.slider.setValue(0.1)
    finish(dock)
    of_dock = dock.result.findings.to_dict()
    dock.panel.python.click()
    scope: dict = {}
    exec(QApplication.clipboard().text().replace("findings.save('out')", ""), scope)
    of_python = scope["findings"].to_dict()
    dock.panel.command.click()
    words = shlex.split(QApplication.clipboard().text())
    words[words.index("--out") + 1] = str(tmp_path / "out")
    code = "from napari_mammoseg.cli import main; main()"
    subprocess.run([sys.executable, "-c", code, *words[1:]], check=True, capture_output=True)
    of_command = written(tmp_path / "out")
    for key in ("findings", "image_score", "summary", "image"):
        assert plain(of_dock[key]) == plain(of_python[key]) == of_command[key]
    assert len(of_dock["findings"]) > 1
    dock.close()


def test_the_spacing_is_asked_for_where_it_is_unknown(qtbot, pixels: np.ndarray, finish) -> None:
    viewer = ViewerModel()
    layer = add(viewer, image_layers(Mammogram.of(pixels)))[0]
    dock = Spots(viewer)
    qtbot.addWidget(dock)
    assert "please type it" in dock.controls.spacing._source.text()
    finish(dock)
    assert dock.result.findings.findings[0].area_mm2 is None
    dock.controls.spacing.give(0.5)
    finish(dock)
    assert dock.result.findings.findings[0].area_mm2 == pytest.approx(6 * 0.25)
    assert spacing_of(layer) == ((0.5, 0.5), "given")
    assert tuple(dock.result.areas.scale) == (0.5, 0.5)
    dock.close()


def test_a_spacing_typed_in_one_dock_holds_in_the_other_and_for_the_results_of_both(qtbot, pixels, finish) -> None:
    viewer = ViewerModel()
    layer = add(viewer, image_layers(Mammogram.of(pixels)))[0]
    docks = Spots(viewer), Spots(viewer)
    for each in docks:
        qtbot.addWidget(each)
        finish(each)
    docks[0].controls.spacing.give(0.1)
    finish(docks[0])
    assert spacing_of(layer) == docks[1].controls.spacing.wanted == ((0.1, 0.1), "given")
    assert all(tuple(each.result.areas.scale) == (0.1, 0.1) for each in docks)
    docks[1].controls.spacing.take_back()
    finish(docks[1])
    assert spacing_of(layer) == docks[0].controls.spacing.wanted == (None, None)
    assert all(tuple(each.result.areas.scale) == (1, 1) for each in docks)
    for each in docks:
        each.close()


def test_a_spacing_that_cannot_be_is_refused_before_the_run(dock: PipelineDock, viewer: ViewerModel, finish) -> None:
    dock.controls.spacing.give(70)
    finish(dock)
    assert "0.02 to 0.5 mm" in dock.bar.message.text()
    assert dock.result is None


def test_what_a_user_did_wrong_is_one_line(dock: PipelineDock, viewer: ViewerModel, finish) -> None:
    viewer.layers.clear()
    dock.run()
    assert dock.bar.message.text() == "No mammogram is open: open one first"
    viewer.add_image(np.zeros((2, 2, 9, 9)), name="film")
    dock.run()
    assert dock.bar.message.text().startswith("film: has 4 dimensions, not the two of a mammogram")
    add(viewer, image_layers(Mammogram.of(np.full((9, 9), np.nan, np.float32), "n.png")))
    finish(dock)
    assert dock.bar.message.text().startswith("n.png: has pixels that are not numbers")
    dock.panel.command.click()
    assert "n.png" in dock.bar.message.text()


def test_nothing_open_is_no_longer_said_once_an_image_is_there(dock: PipelineDock, viewer: ViewerModel) -> None:
    viewer.layers.clear()
    dock.run()
    add(viewer, image_layers(Mammogram.of(np.eye(9, dtype=np.float32), "n.png")))
    assert dock.bar.message.text() == ""


def test_saving_writes_what_the_dock_shows(qtbot, dock: PipelineDock, tmp_path: Path, finish) -> None:
    finish(dock)
    dock.panel.slider.setValue(0.8)
    qtbot.waitUntil(lambda: len(dock.result.findings.findings) == 1)
    dock.save(tmp_path)
    qtbot.waitUntil(lambda: "Saved" in dock.bar.message.text(), timeout=5000)
    assert all(each in dock.bar.message.text() for each in ("x.spots.json", "x.spots.mask.png", str(tmp_path)))
    record = written(tmp_path)
    assert [each["id"] for each in record["findings"]] == [1]
    np.testing.assert_array_equal(np.asarray(Picture.open(tmp_path / "x.spots.mask.png")), dock.result.areas.data)


def test_a_save_that_fails_says_so_and_not_that_an_earlier_one_was_done(qtbot, dock, tmp_path: Path, finish) -> None:
    finish(dock)
    dock.save(tmp_path)
    qtbot.waitUntil(lambda: "Saved" in dock.bar.message.text(), timeout=5000)
    (tmp_path / "file").touch()
    dock.save(tmp_path / "file")
    assert "Saved" not in dock.bar.message.text()
    assert "is a file, where a folder is needed" in dock.bar.message.text()


def test_labels_painted_by_hand_survive_the_threshold_until_a_person_lets_them_go(
    qtbot, dock, tmp_path, finish
) -> None:
    finish(dock)
    labels = dock.result.areas
    labels.data_setitem((np.array([50, 51]), np.array([5, 5])), 9)
    before = labels.data.copy()
    dock.panel.slider.setValue(0.8)
    qtbot.waitUntil(lambda: not dock.panel.question.isHidden())
    np.testing.assert_array_equal(labels.data, before)
    dock.panel.question.keep.click()
    assert (dock.panel.threshold, dock.panel.question.isHidden()) == (0.5, True)
    np.testing.assert_array_equal(labels.data, before)
    dock.save(tmp_path)
    qtbot.waitUntil(lambda: "Saved" in dock.bar.message.text(), timeout=5000)
    record = written(tmp_path)
    assert [each["id"] for each in record["findings"]] == [1, 2, 4, 9]
    assert record["summary"]["corrected_by_hand"]
    np.testing.assert_array_equal(np.asarray(Picture.open(tmp_path / "x.spots.mask.png")), before)
    dock.panel.slider.setValue(0.8)
    qtbot.waitUntil(lambda: not dock.panel.question.isHidden())
    dock.panel.question.replace.click()
    assert set(np.unique(labels.data)) == {0, 1}


def test_labels_that_were_corrected_and_put_back_are_not_asked_about(qtbot, dock: PipelineDock, finish) -> None:
    finish(dock)
    labels = dock.result.areas
    labels.data_setitem((np.array([50, 51]), np.array([5, 5])), 9)
    labels.undo()
    dock.panel.slider.setValue(0.8)
    qtbot.waitUntil(lambda: len(dock.result.findings.findings) == 1)
    assert dock.panel.question.isHidden()


def test_a_saved_result_and_a_saved_reading_are_opened_and_go_on(
    qtbot, dock, viewer, pixels, tmp_path: Path, finish
) -> None:
    finish(dock)
    dock.save(tmp_path)
    qtbot.waitUntil(lambda: "Saved" in dock.bar.message.text(), timeout=5000)
    found = dock.result.findings
    dock.result.remove()
    assert dock.result is None
    dock.open(tmp_path / "x.spots.json")
    assert dock.result.findings.findings == found.findings
    dock.panel.slider.setValue(0.2)
    assert (dock.panel.threshold, dock.result.threshold) == (0.5, 0.5), "what scored less is not in the file"
    assert "Saved at 0.5: run again for candidates below it." in dock.panel.meaning.text()
    np.testing.assert_array_equal(dock.result.areas.data, found.mask)
    add(viewer, image_layers(Mammogram.of(np.zeros((9, 9), np.float32), "other.png")))
    dock.open(tmp_path / "x.spots.json")
    assert "is a result of another image (x.png)" in dock.bar.message.text()
    before = (tmp_path / "x.spots.json").read_bytes()
    add(viewer, image_layers(Mammogram.of(np.pad(pixels, 9), "x.png")))
    finish(dock)
    dock.panel.slider.setValue(0.2)
    assert dock.panel.threshold == 0.2
    dock.save(tmp_path)
    qtbot.waitUntil(lambda: "a result of another image" in dock.bar.message.text(), timeout=5000)
    assert (tmp_path / "x.spots.json").read_bytes() == before, "what lies there is not lost"
    viewer.add_image(np.repeat(np.uint8(255 * pixels)[..., None], 3, axis=-1), rgb=True, name="colour")
    finish(dock)
    dock.save(tmp_path)
    qtbot.waitUntil(lambda: "Saved" in dock.bar.message.text(), timeout=5000)
    dock.open(tmp_path / "colour.spots.json")
    assert dock.bar.message.text() == "colour.spots.json is shown on colour"


def test_a_run_that_is_refused_leaves_no_old_numbers_below(qtbot, dock, viewer: ViewerModel, finish) -> None:
    finish(dock)
    viewer.layers["x.png"].data = np.full((60, 40), np.nan, np.float32)
    finish(dock)
    assert "x.png" in dock.bar.message.text()
    assert dock.panel.summary.isHidden()
    assert dock.panel.table.model().rowCount() == 0


def test_the_wheel_changes_no_value_that_it_passes_over(qtbot, dock: PipelineDock) -> None:
    dock.show()
    fields = [
        each
        for kind in (QAbstractSpinBox, QComboBox, QSlider)
        for each in dock.findChildren(kind)
        if not isinstance(each, QScrollBar)
    ]
    assert len(fields) > 8
    before = [value(each) for each in fields]
    for each in fields:
        turn = QWheelEvent(
            QPointF(5, 5),
            each.mapToGlobal(QPointF(5, 5)),
            QPoint(0, 0),
            QPoint(0, 120),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
        QApplication.sendEvent(each, turn)
    assert [value(each) for each in fields] == before


def value(field: Any) -> Any:
    return field.currentIndex() if isinstance(field, QComboBox) else field.value()


def test_a_stack_is_analysed_over_its_frames_and_marked_on_all_of_them(qtbot, pixels: np.ndarray, finish) -> None:
    viewer = ViewerModel()
    stack = np.stack([pixels, np.zeros_like(pixels)])
    add(viewer, image_layers(Mammogram(stack, "s.dcm", "dicom", spacing=(0.1, 0.2))))
    dock = Spots(viewer)
    qtbot.addWidget(dock)
    finish(dock)
    assert "stack of 2 frames" in dock.panel.warnings.text()
    np.testing.assert_array_equal(dock.result.areas.data > 0, pixels > 0.5)
    assert finding_at(dock.result, (1.0, 21 * 0.1, 20 * 0.2)) == 2
    dock.close()


def test_a_run_ends_and_leaves_nothing_when_its_image_is_deleted(qtbot, dock, viewer: ViewerModel) -> None:
    slow(dock, steps=10_000, pause_s=0.03)
    dock.run()
    viewer.layers.clear()
    qtbot.waitUntil(lambda: not dock.job.running, timeout=2_000)
    assert names(viewer) == []
    assert dock.bar.message.text() == "x.png was deleted while it was searched; nothing was kept"


def test_a_result_of_pixels_that_were_replaced_meanwhile_is_not_shown(qtbot, dock, viewer: ViewerModel) -> None:
    slow(dock, steps=10, pause_s=0.03)
    dock.run()
    viewer.layers[0].data = viewer.layers[0].data[::-1].copy()
    qtbot.waitUntil(lambda: not dock.job.running, timeout=10_000)
    assert names(viewer) == ["x.png"]
    assert "run again" in dock.bar.message.text()


def test_a_result_whose_layers_are_gone_is_forgotten(dock: PipelineDock, viewer: ViewerModel, finish) -> None:
    finish(dock)
    for name in names(viewer)[1:]:
        del viewer.layers[name]
    assert dock.result is None
    assert dock.panel.table.model().rowCount() == 0


def test_closing_stops_the_run_and_lets_go_of_the_viewer(qtbot, viewer: ViewerModel) -> None:
    before = list(viewer.mouse_drag_callbacks)
    dock = Spots(viewer)
    qtbot.addWidget(dock)
    slow(dock, steps=10_000)
    dock.run()
    dock.close()
    qtbot.waitUntil(lambda: not dock.job.running, timeout=5000)
    assert viewer.mouse_drag_callbacks == before
    add(viewer, image_layers(Mammogram.of(np.zeros((9, 9), np.float32), "later.png")))


@pytest.mark.parametrize(("screen_pixels", "selected"), [(0, 2), (2, 2), (30, None)])
def test_a_click_selects_the_finding_under_it_and_a_drag_does_not(
    dock, viewer, finish, screen_pixels, selected
) -> None:
    finish(dock)
    viewer.scene.camera.zoom = 100
    pressed, moved = (21 * 0.1, 20 * 0.2), (21 * 0.1, 20 * 0.2 + screen_pixels / 100)
    mouse_press_callbacks(viewer, ObjectProxy(Mouse("mouse_press", pressed)))
    mouse_move_callbacks(viewer, Mouse("mouse_move", moved, is_dragging=True))
    mouse_release_callbacks(viewer, Mouse("mouse_release", pressed))
    assert dock.panel.table.selected == selected


@dataclass
class Mouse:
    """As much of napari's mouse event as its callbacks look at."""

    type: str
    position: tuple[float, float]
    modifiers: tuple[str, ...] = ()
    handled: bool = False
    is_dragging: bool = False
