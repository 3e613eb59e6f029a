"""The docks, commands and readers in a real window."""

from __future__ import annotations

import gc
from pathlib import Path

import numpy as np
import pytest
from napari import Viewer
from napari.utils.notifications import notification_manager
from qtpy.QtCore import QEvent, QPoint, QPointF, Qt
from qtpy.QtGui import QMouseEvent
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QApplication, QWidget

import napari_mammoseg as mammoseg
from napari_mammoseg.commands import Command
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.layers.marks import toggle_marks
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram

pytestmark = pytest.mark.gui
DOCKS = ("Microcalcifications", "Masses", "Window presets")


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


def test_a_sample_is_opened_with_its_image_selected_and_a_scale_bar(make_napari_viewer, qtbot) -> None:
    viewer = make_napari_viewer()
    viewer.open_sample("napari-mammoseg", "left_mlo")
    image, *truths = viewer.layers
    qtbot.waitUntil(lambda: viewer.layers.selection.active is image)
    assert viewer.canvas.overlays.scale_bar.visible
    assert not any(each.visible for each in truths)
    for each in truths:
        each.visible = True
    canvas, looked = viewer.window._qt_viewer.canvas, []
    looks = canvas._reorder_layers
    canvas._reorder_layers = lambda: looked.append(looks())
    toggle_marks(viewer)
    assert not any(each.visible for each in truths)
    assert len(looked) == 1 < len(truths), "the window looks at its whole scene once, not after each layer"


def test_docks_stand_in_tabs_and_fit_a_small_window(make_napari_viewer, qtbot) -> None:
    viewer = make_napari_viewer(show=True)
    viewer.window.resize(1280, 720)
    frames = [viewer.window.add_plugin_dock_widget("napari-mammoseg", each)[0] for each in DOCKS]
    qtbot.wait(200)
    main = frames[0].parent()
    assert len(main.tabifiedDockWidgets(frames[0])) == len(DOCKS) - 1
    assert main.height() <= 720
    assert main.minimumSizeHint().width() <= 1280


def test_a_box_is_drawn_with_the_mouse_and_taken_back_with_the_keyboard(make_napari_viewer, qtbot) -> None:
    viewer = make_napari_viewer(show=True)
    layer = add(viewer, image_layers(Mammogram.of(np.zeros((400, 400), np.float32), "x.png", spacing=(0.1, 0.1))))[0]
    _, dock = viewer.window.add_plugin_dock_widget("napari-mammoseg", "Masses")
    box = Finding(1, "mass", (20, 20, 60, 60), (39.5, 39.5), 0.9)
    image = ImageRecord("x.png", None, 400, 400, (0.1, 0.1), "test", None, None)
    dock.present(layer, Findings(image, "masses", ModelRecord("m"), 0.9, (box,), RunRecord("1", {})), 0.5)
    viewer.reset_view()
    dock.reading.draw.click()
    qtbot.wait(200)
    canvas = viewer.window._qt_viewer.canvas.native
    middle = canvas.rect().center()
    drag(canvas, [middle, middle + QPoint(30, 30), middle + QPoint(60, 60)])
    qtbot.waitUntil(lambda: len(dock.result.read.findings) == 2)
    added = dock.result.read.findings[1]
    assert (added.id, added.features["reading"]) == (2, "added")
    assert added.box[2] - added.box[0] > 20
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(dock.result.read.findings) == 1)
    assert len(dock.result.boxes["mass"].data) == 1


def drag(widget: QWidget, places: list[QPoint]) -> None:
    """Moves the mouse over these places with its left button down."""
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    kinds = [QEvent.Type.MouseButtonPress, *[QEvent.Type.MouseMove] * (len(places) - 1), QEvent.Type.MouseButtonRelease]
    for kind, place in zip(kinds, [*places, places[-1]], strict=True):
        button = none if kind is QEvent.Type.MouseMove else left
        held = none if kind is QEvent.Type.MouseButtonRelease else left
        point = QPointF(place)
        event = QMouseEvent(kind, point, widget.mapToGlobal(point), button, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(widget, event)
        QTest.qWait(50)


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
