"""The docks, commands and readers in a real window."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest
from napari import Viewer
from napari.utils.notifications import notification_manager

import napari_mammoseg as mammoseg
from napari_mammoseg.commands import Command
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.gui.dock.shown_result import ShownResult
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram

pytestmark = pytest.mark.gui


@pytest.fixture
def viewer(make_napari_viewer) -> Viewer:
    return make_napari_viewer()


@pytest.mark.parametrize("name", ["Microcalcifications", "Window presets"])
def test_every_dock_opens_from_a_script(viewer: Viewer, name: str) -> None:
    _, widget = viewer.window.add_plugin_dock_widget("napari-mammoseg", name)
    assert widget.viewer is viewer


@pytest.mark.parametrize("name", ["Microcalcifications", "Window presets"])
def test_a_dock_that_is_removed_lets_go_of_the_viewer(viewer: Viewer, scan: Path, name: str) -> None:
    before = list(viewer.mouse_drag_callbacks)
    dock, widget = viewer.window.add_plugin_dock_widget("napari-mammoseg", name)
    viewer.window.remove_dock_widget(dock)
    del dock, widget
    gc.collect()
    assert viewer.mouse_drag_callbacks == before
    viewer.open(scan, plugin="napari-mammoseg")
    viewer.layers.clear()


def test_the_whole_way_in_a_window(make_napari_viewer, qtbot, scan: Path) -> None:
    viewer = make_napari_viewer(show=True)
    viewer.open(scan, plugin="napari-mammoseg")
    _, dock = viewer.window.add_plugin_dock_widget("napari-mammoseg", "Microcalcifications")
    dock.controls.spacing.give(0.1)
    dock.panel.slider.setValue(0.05)
    dock.run()
    qtbot.waitUntil(lambda: not dock.job.running, timeout=30_000)
    expected = mammoseg.analyze(mammoseg.read(scan, 0.1), "calcifications", threshold=0.05)
    assert dock.result.findings.to_dict()["findings"] == expected.to_dict()["findings"]
    record = viewer.layers["scan.png / calcifications"].metadata["mammoseg"]
    assert record["run"]["settings"]["threshold"] == 0.05
    assert np.ptp(viewer.screenshot(flash=False)[..., :3]) > 100


def test_lines_are_drawn_two_pixels_wide_at_any_zoom(make_napari_viewer, image: Mammogram) -> None:
    viewer = make_napari_viewer(show=True)
    box = Finding(1, "mass", (10, 10, 50, 30), (29.5, 19.5), 0.9)
    findings = Findings(ImageRecord.of(image), "masses", ModelRecord("m"), 0.9, (box,), RunRecord("1", {}))
    layer = add(viewer, image_layers(image))[0]
    layer.visible = False
    result = ShownResult(viewer, layer, Command("masses", None, "x.png"), findings, 0.5)
    result.boxes["mass"].text.visible = False
    viewer.scene.camera.center = (0.0, 2.95, 3.9)
    for zoom in (20, 90, 15):
        viewer.scene.camera.zoom = zoom
        seen = viewer.screenshot(flash=False)[..., :3].max(axis=-1)
        middle = seen[:, seen.shape[1] // 2]
        lines = np.flatnonzero(np.diff((middle > 60).astype(int)) == 1)
        assert len(lines) == 2
        assert 1 <= (middle > 60).sum() / len(lines) <= 4


def test_a_file_that_cannot_be_read_is_one_line_and_the_others_open(viewer: Viewer, scan: Path) -> None:
    bad = scan.with_name("bad.png")
    bad.write_bytes(b"\x89PNG\r\n\x1a\n nothing more")
    before = len(notification_manager.records)
    viewer.open([bad, scan], plugin="napari-mammoseg")
    assert [each.name for each in viewer.layers] == ["scan.png"]
    (told,) = notification_manager.records[before:]
    assert told.message.startswith("bad.png: ")
    assert "\n" not in told.message


def test_a_run_that_was_cancelled_raises_nothing_in_the_window(viewer: Viewer, scan: Path, qtbot) -> None:
    viewer.open(scan, plugin="napari-mammoseg")
    _, dock = viewer.window.add_plugin_dock_widget("napari-mammoseg", "Microcalcifications")
    with qtbot.captureExceptions() as raised:
        dock.run()
        dock.cancel()
        qtbot.waitUntil(lambda: not dock.job.running, timeout=10_000)
        qtbot.wait(100)
    assert raised == []
    assert dock.bar.message.text() == "stopped; nothing was kept"


@pytest.mark.parametrize("command", ["actual_pixels", "toggle_marks"])
def test_commands_of_the_menus_run(viewer: Viewer, scan: Path, command: str) -> None:
    from napari._app_model import get_app_model

    viewer.open(scan, plugin="napari-mammoseg")
    get_app_model().commands.execute_command(f"napari-mammoseg.{command}").result()
    if command == "actual_pixels":
        assert viewer.scene.camera.zoom == pytest.approx(1)


def test_menus_hold_what_the_manifest_puts_there(viewer: Viewer) -> None:
    from napari._app_model import get_app_model

    app = get_app_model()
    for menu, title in (("segment", "Microcalcifications"), ("visualize", "Actual pixels")):
        items = [each.command.title for each in app.menus.get_menu(f"napari/layers/{menu}") if hasattr(each, "command")]
        assert any(title in each for each in items)
