"""An exam in a real window: its folder opened, its views hung, its keys pressed."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from napari import Viewer
from napari.components import ViewerModel
from PIL import Image as Picture
from qtpy.QtCore import Qt, QTimer
from qtpy.QtTest import QTest

from napari_mammoseg.exams.opening import open_places
from napari_mammoseg.exams.scores import BreastScores
from napari_mammoseg.findings import Finding
from napari_mammoseg.gui.exam import analysis_panel, running
from napari_mammoseg.gui.exam.dock import ExamDock
from napari_mammoseg.gui.exam.exam_layers import hung_in
from napari_mammoseg.gui.exam.keys import KEYS
from napari_mammoseg.gui.exam.looking import hung_images
from napari_mammoseg.gui.exam.names_layer import names_in
from napari_mammoseg.gui.exam.ruler import ruler_in
from napari_mammoseg.gui.exam.windows import is_inverted
from napari_mammoseg.gui.exam.words import said_of_scores
from napari_mammoseg.gui.hooks import folders
from napari_mammoseg.gui.layers.seen import marks_on
from napari_mammoseg.gui.reading.keys import READING_KEYS
from napari_mammoseg.gui.results.looking import go_to
from napari_mammoseg.run import Run

pytestmark = pytest.mark.gui
PIXEL = 0.21
"""Extents of layers reach to the centres of their outer pixels."""
PLACES = ("RCC", "LCC", "RMLO", "LMLO")


def breast(right: bool) -> np.ndarray:
    """Half an ellipse of tissue at the chest wall, with three bright spots."""
    rows, columns = np.indices((120, 80))
    pixels = np.where(((rows - 60) / 55) ** 2 + (columns / 70) ** 2 < 1, 90, 0)
    for number in (1, 2, 3):
        pixels[30 * number : 30 * number + 3, 20:23] = 250
    return (pixels[:, ::-1] if right else pixels).astype(np.uint8)


def write(folder: Path, *places: str, mirrored: bool = False) -> Path:
    """Pictures of these views, 0.2 mm a pixel."""
    folder.mkdir(parents=True, exist_ok=True)
    for place in places:
        pixels = breast(right=(place[0] == "R") is not mirrored)
        Picture.fromarray(pixels).save(folder / f"{place}.png", dpi=(127, 127))
    return folder


def opened(viewer: Viewer, folder: Path) -> ExamDock:
    viewer.open(folder, plugin="napari-mammoseg")
    return viewer.window.add_plugin_dock_widget("napari-mammoseg", "Exam")[1]


def press(viewer: Viewer, key: Qt.Key) -> None:
    QTest.keyClick(viewer.window._qt_viewer.canvas.native, key)


def extents(viewer: ViewerModel) -> dict[str, np.ndarray]:
    return {place: np.sort(each.extent.world, axis=0) for place, each in hung_in(viewer.layers).items()}


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_folder_opens_as_its_views_hung_and_no_pixel_is_changed(
    make_napari_viewer, tmp_path: Path, mirrored: bool
) -> None:
    viewer = make_napari_viewer()
    viewer.open(write(tmp_path, *PLACES, mirrored=mirrored), plugin="napari-mammoseg")
    found = extents(viewer)
    assert list(found) == list(PLACES)
    assert found["RCC"][1, 1] == pytest.approx(found["LCC"][0, 1], abs=PIXEL)
    assert found["RCC"][0, 0] == pytest.approx(found["LCC"][0, 0])
    assert found["RMLO"][0, 0] > found["RCC"][1, 0]
    for place, layer in hung_in(viewer.layers).items():
        stored = np.asarray(Picture.open(tmp_path / f"{place}.png")) / np.float32(255)
        np.testing.assert_allclose(layer.data, stored)
        beside_the_wall = found[place][0, 0] + 12, 15.0 if place[0] == "R" else 17.0
        assert layer.get_value(beside_the_wall, world=True) > 0.2


def test_without_a_plugin_named_napari_asks_and_offers_ours(tmp_path: Path) -> None:
    from napari.plugins import _initialize_plugins
    from napari.plugins._npe2 import get_readers

    _initialize_plugins()  # as a window does
    assert "napari-mammoseg" in get_readers(str(write(tmp_path, "RCC")))


def test_equal_breasts_differ_by_nothing_on_neither_side() -> None:
    assert said_of_scores({"masses": BreastScores(0.352, 0.351, 0.352)}).endswith("left minus right +0.00")
    judged = BreastScores(0.352, 0.351, 0.352, 0.9)
    assert said_of_scores({"masses": judged}).endswith("; p(malignant) right 0.90, left –")
    assert "malignant" not in said_of_scores({"classify": judged})


def test_a_folder_without_images_is_one_line(make_napari_viewer, tmp_path: Path) -> None:
    from napari.utils.notifications import notification_manager

    viewer = make_napari_viewer()
    before = len(notification_manager.records)
    viewer.open(tmp_path, plugin="napari-mammoseg")
    (told,) = notification_manager.records[before:]
    assert "holds no image" in told.message


def test_missing_views_are_left_empty_and_said(make_napari_viewer, tmp_path: Path) -> None:
    viewer = make_napari_viewer()
    other = viewer.add_image(breast(False), scale=(0.2, 0.2), units=("mm", "mm"))
    dock = opened(viewer, write(tmp_path, "RCC", "LMLO"))
    said = dock.said.text()
    assert "Missing: L CC, R MLO." in said
    assert not other.visible, "it would be seen in an empty place, as if it were of this woman"
    assert "Images of other exams are hidden: 1." in said
    dock.toggle_prior()
    assert dock.said.text() == "No earlier exam of this woman is in the folder"
    dock.telling._calming.timeout.emit()
    assert dock.said.text() == said, "what a key cannot do now is said for a moment"
    (names,) = names_in(viewer.layers)
    assert list(names.features["text"]) == ["R CC", "L MLO", "no L CC", "no R MLO"]


def test_several_images_of_one_view_can_be_chosen(make_napari_viewer, qtbot, tmp_path: Path) -> None:
    viewer = make_napari_viewer()
    write(tmp_path, "RCC", "LCC")
    (tmp_path / "LCC2.png").write_bytes((tmp_path / "LCC.png").read_bytes())
    dock = opened(viewer, tmp_path)
    box = dock.places.boxes["LCC"]
    assert [box.itemText(number) for number in range(box.count())] == ["empty", "L CC · LCC.png", "L CC · LCC2.png"]
    box.setCurrentIndex(2)
    box.activated.emit(2)
    qtbot.waitUntil(lambda: not dock.busy and "LCC2.png" in [each.name for each in viewer.layers])
    assert hung_in(viewer.layers)["LCC"].name == "LCC2.png"
    assert box.currentIndex() == 2


def test_exams_are_listed_by_date_and_keys_go_through_them(make_napari_viewer, qtbot, tmp_path: Path) -> None:
    viewer = make_napari_viewer(show=True)
    for date in ("2019-05-06", "2021-07-08"):
        write(tmp_path / "anna" / date, "RCC", "LCC")
    dock = opened(viewer, tmp_path)
    listed = [dock.exams.list.item(number).text() for number in range(dock.exams.list.count())]
    assert [each[:10] for each in listed] == ["2021-07-08", "2019-05-06"]
    press(viewer, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: not dock.busy)
    assert dock.exam.date == "2019-05-06"
    assert len(hung_images(viewer)) == 2
    press(viewer, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: not dock.busy)
    press(viewer, Qt.Key.Key_Q)
    qtbot.waitUntil(lambda: not dock.busy and len(hung_images(viewer)) == 4)
    current, prior = hung_in(viewer.layers)["LCC"], hung_in(viewer.layers, "prior")["RCC"]
    assert prior.extent.world[:, 1].min() > current.extent.world[:, 1].max()
    assert prior.scale[0] == current.scale[0]
    press(viewer, Qt.Key.Key_Q)
    assert len(hung_images(viewer)) == 2


def test_keys_do_what_the_help_says(make_napari_viewer, qtbot, tmp_path: Path) -> None:
    viewer = make_napari_viewer(show=True)
    dock = opened(viewer, write(tmp_path, *PLACES))
    images = hung_in(viewer.layers)
    fits_and_hangs_on_black(viewer, qtbot)
    viewer.cursor.position = tuple(images["LMLO"].extent.world.mean(axis=0))
    press(viewer, Qt.Key.Key_W)
    assert [place for place, each in images.items() if each.visible] == ["LMLO"]
    press(viewer, Qt.Key.Key_W)
    assert all(each.visible for each in images.values())
    press(viewer, Qt.Key.Key_G)
    assert all(is_inverted(each) for each in images.values())
    press(viewer, Qt.Key.Key_G)
    assert not any(is_inverted(each) for each in images.values())
    press(viewer, Qt.Key.Key_N)
    assert not names_in(viewer.layers)[0].visible
    press(viewer, Qt.Key.Key_0)
    assert viewer.scene.camera.zoom == pytest.approx(1 / 0.2)
    assert viewer.scene.camera.center[-2:] == pytest.approx(viewer.cursor.position[-2:])
    press(viewer, Qt.Key.Key_F1)
    assert dock.keys_help.isVisible()
    dock.keys_help.close()


def fits_and_hangs_on_black(viewer: Viewer, qtbot) -> None:
    """The whole exam fills the canvas after the window is made smaller, too, until a person moves the camera."""

    def shown() -> float:
        corners = np.concatenate([each.extent.world for each in hung_images(viewer)])
        return float((np.ptp(corners, axis=0) * viewer.scene.camera.zoom / viewer.canvas.size).max())

    assert tuple(viewer.canvas.background_color) == (0, 0, 0, 1)
    assert shown() == pytest.approx(0.97, abs=0.01)
    viewer.window.resize(700, 500)
    qtbot.waitUntil(lambda: shown() == pytest.approx(0.97, abs=0.01))
    zoom = viewer.scene.camera.zoom = viewer.scene.camera.zoom / 2
    viewer.window.resize(900, 700)
    qtbot.wait(100)
    assert viewer.scene.camera.zoom == zoom


def test_windows_are_linked_in_proportion_or_free(make_napari_viewer, tmp_path: Path) -> None:
    viewer = make_napari_viewer(show=True)
    opened(viewer, write(tmp_path, "RCC", "LCC"))
    right, left = hung_in(viewer.layers).values()
    low, high = left.contrast_limits
    first, last = right.contrast_limits
    right.contrast_limits = first + 0.25 * (last - first), last
    assert left.contrast_limits == pytest.approx([low + 0.25 * (high - low), high])
    press(viewer, Qt.Key.Key_K)
    right.contrast_limits = first, last
    assert left.contrast_limits == pytest.approx([low + 0.25 * (high - low), high])


def test_the_ruler_says_how_long_its_lines_are(make_napari_viewer, tmp_path: Path) -> None:
    viewer = make_napari_viewer(show=True)
    opened(viewer, write(tmp_path, "RCC", "LCC"))
    press(viewer, Qt.Key.Key_U)
    press(viewer, Qt.Key.Key_U)
    assert ruler_in(viewer) is None
    press(viewer, Qt.Key.Key_U)
    ruler = ruler_in(viewer)
    assert ruler.mode == "add_line"
    ruler.add_lines(np.array([[0.0, 0.0], [3.0, 4.0]]))
    ruler.add_lines(np.array([[0.0, 0.0], [0.0, 12.5]]))
    assert list(ruler.features["length"]) == ["5.0 mm", "12.5 mm"]
    press(viewer, Qt.Key.Key_U)
    assert not ruler.visible
    viewer.add_image(breast(False))
    press(viewer, Qt.Key.Key_U)
    assert viewer.layers[-1] is ruler, "lines below an image are not seen"
    opened(viewer, tmp_path)
    assert ruler not in viewer.layers, "its lines are of images that are gone"


def test_both_pipelines_run_on_every_view_and_the_table_goes_there(
    make_napari_viewer, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_panel, "EXAM_PIPELINES", ("spots",))
    viewer = make_napari_viewer()
    write(tmp_path / "a", "RCC", "LMLO")
    write(tmp_path / "b", "RCC")
    dock = opened(viewer, tmp_path)
    dock.analysis.run()
    qtbot.waitUntil(lambda: not dock.busy, timeout=30_000)
    views = {dock.analysis.table.item(number, 0).text() for number in range(dock.analysis.table.rowCount())}
    assert views == {"R CC", "L MLO"}
    images = hung_in(viewer.layers)
    for image in images.values():
        for mark in marks_on(image, viewer.layers):
            np.testing.assert_allclose(mark.data_to_world((0, 0)), image.data_to_world((0, 0)), atol=0.3)
    row = next(
        number
        for number in range(dock.analysis.table.rowCount())
        if dock.analysis.table.item(number, 0).text() == "L MLO"
    )
    dock.analysis.table.setCurrentCell(row, 0)
    centre = viewer.scene.camera.center[-2:]
    low, high = np.sort(images["LMLO"].extent.world, axis=0)
    assert (low <= centre).all()
    assert (centre <= high).all()
    assert "Microcalcifications: right" in dock.analysis.scores.text(), "as the dock of the pipeline is called"
    found, said, scores = dock.analysis.table.rowCount(), dock.said.text(), dock.analysis.scores.text()
    dock.next_exam()
    qtbot.waitUntil(lambda: not dock.busy)
    assert dock.analysis.table.rowCount() == 0
    exams = dock.exams.exams
    viewer.window.remove_dock_widget(dock)
    _, dock = viewer.window.add_plugin_dock_widget("napari-mammoseg", "Exam")
    assert (dock.exams.exams, dock.exams.number) == (exams, 1), "the next dock lists what the one before it did"
    dock.previous_exam()
    qtbot.waitUntil(lambda: not dock.busy)
    assert dock.analysis.table.rowCount() == found
    assert (dock.said.text(), dock.analysis.scores.text()) == (said, scores)


def test_images_that_do_not_say_their_view_are_all_analysed(
    open_dock, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import dicom_files

    monkeypatch.setattr(analysis_panel, "EXAM_PIPELINES", ("spots",))
    for number in (1, 2):
        unknown = {"ImageLaterality": None, "ViewCodeSequence": None, "PatientID": "A", "StudyDate": "20200101"}
        data = dicom_files.dataset(breast(False).astype(np.uint16), bits=8, **unknown)
        data.save_as(tmp_path / f"{number}.dcm", enforce_file_format=True)
    dock = open_dock(ExamDock, ViewerModel())
    dock.open_folder(tmp_path)
    qtbot.waitUntil(lambda: not dock.busy)
    dock.run()
    qtbot.waitUntil(lambda: not dock.busy, timeout=30_000)
    table = dock.analysis.table
    views = {table.item(number, 0).text() for number in range(table.rowCount())}
    assert views == {"view unknown · 1.dcm", "view unknown · 2.dcm"}
    assert dock.analysis.scores.text().endswith(", side unknown")
    first, second = hung_in(dock.viewer.layers).values()
    analysed = analysis_panel.analyse({"1": first, "2": second}, ("spots",), Run())
    first.data = first.data[::-1].copy()
    dock.viewer.layers.remove(second)
    dock.analysis._on_analysed(analysed)
    qtbot.waitUntil(lambda: not dock.busy)
    said = "2 results, of which 1 for images that no longer hang. 1.dcm: got other pixels while it was analysed"
    assert dock.analysis.bar.message.text() == f"{said}; analyse again"


def test_an_analysis_that_is_cancelled_keeps_what_is_finished(
    open_dock, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_panel, "EXAM_PIPELINES", ("spots",))
    dock = open_dock(ExamDock, ViewerModel())
    dock.open_folder(write(tmp_path, "RCC", "LCC", "LMLO"))
    qtbot.waitUntil(lambda: not dock.busy)
    one_image = running._analyse

    def cancel_after_the_second(image, name, run):
        done = one_image(image, name, run)
        if image.name.startswith("LCC"):
            dock.analysis.job.cancel()
        return done

    monkeypatch.setattr(running, "_analyse", cancel_after_the_second)
    dock.run()
    qtbot.waitUntil(lambda: not dock.busy, timeout=30_000)
    assert dock.analysis.bar.message.text() == "Stopped: 2 of 3 results."
    assert {row.view for row in dock.analysis.results.rows()} == {"R CC", "L CC"}


def test_open_images_are_hung_however_their_layers_lie(make_napari_viewer, tmp_path: Path) -> None:
    viewer = make_napari_viewer()
    write(tmp_path, *PLACES)
    viewer.open([tmp_path / f"{place}.png" for place in PLACES], plugin="napari-mammoseg")
    viewer.layers[0].scale = (-0.2, 0.2)
    viewer.layers[1].scale = (0.2, -0.2)
    viewer.layers[2].rotate = 30
    viewer.layers[3].translate = (100, 100)
    _, dock = viewer.window.add_plugin_dock_widget("napari-mammoseg", "Exam")
    dock.hang_open()
    found = extents(viewer)
    assert found["RCC"][1, 1] == pytest.approx(found["LCC"][0, 1], abs=PIXEL)
    assert found["RMLO"][0, 0] == pytest.approx(found["LMLO"][0, 0])
    assert hung_in(viewer.layers)["LCC"].scale == pytest.approx((0.2, 0.2))


def test_no_key_is_one_of_napari_s_own_or_stands_twice(make_napari_viewer) -> None:
    from napari.utils.action_manager import action_manager

    taken = {str(key) for keys in action_manager._shortcuts.values() for key in keys}
    ours = [each.key.replace("-", "+") for each in (*KEYS, *READING_KEYS)]
    assert not set(ours) & taken
    assert len(set(ours)) == len(ours)


def test_a_dock_that_was_removed_gives_way_to_a_new_one_with_the_same_keys(make_napari_viewer, tmp_path: Path) -> None:
    viewer = make_napari_viewer(show=True)
    widget, _ = viewer.window.add_plugin_dock_widget("napari-mammoseg", "Exam")
    viewer.window.remove_dock_widget(widget)
    opened(viewer, write(tmp_path, "LCC"))
    (image,) = hung_images(viewer)
    assert not is_inverted(image)
    press(viewer, Qt.Key.Key_G)
    assert is_inverted(image)


def test_a_dock_that_was_hidden_is_shown_for_the_next_folder(make_napari_viewer, tmp_path: Path) -> None:
    viewer = make_napari_viewer(show=True)
    dock = opened(viewer, write(tmp_path / "a", "LCC"))
    frame, _ = viewer.window.add_plugin_dock_widget("napari-mammoseg", "Exam")
    frame.hide()
    assert opened(viewer, write(tmp_path / "b", "RCC")) is dock
    assert dock.isVisible()
    assert [each.name for each in hung_images(viewer)] == ["RCC.png"]


def test_what_a_person_made_of_a_result_is_there_again_when_the_exam_is(
    make_napari_viewer, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_panel, "EXAM_PIPELINES", ("spots",))
    viewer = make_napari_viewer()
    write(tmp_path / "a", "RCC")
    write(tmp_path / "b", "RCC")
    dock = opened(viewer, tmp_path)
    dock.analysis.run()
    qtbot.waitUntil(lambda: not dock.busy, timeout=30_000)
    (result,) = dock.analysis.results.shown()
    result.areas.data = np.zeros_like(result.areas.data)
    for step in (dock.next_exam, dock.previous_exam):
        step()
        qtbot.waitUntil(lambda: not dock.busy)
    (again,) = dock.analysis.results.shown()
    assert again is not result
    assert again.corrected
    assert not again.areas.data.any()


def test_open_images_of_two_women_are_not_hung_together(make_napari_viewer, tmp_path: Path) -> None:
    viewer = make_napari_viewer()
    for woman in ("a", "b"):
        folder = write(tmp_path / woman, "RCC", "LCC")
        viewer.open([folder / "RCC.png", folder / "LCC.png"], plugin="napari-mammoseg")
    _, dock = viewer.window.add_plugin_dock_widget("napari-mammoseg", "Exam")
    viewer.layers.selection.active = viewer.layers[2]
    dock.hang_open()
    assert {each.metadata["mammoseg"]["path"].parent.name for each in hung_images(viewer)} == {"b"}
    assert "Images of other exams are hidden: 2." in dock.said.text()
    assert [each.visible for each in viewer.layers if each not in names_in(viewer.layers)] == [False, False, True, True]
    viewer.layers.selection.active = viewer.layers[0]
    dock.hang_open()
    assert {each.metadata["mammoseg"]["path"].parent.name for each in hung_images(viewer)} == {"a"}, "nothing of b"


def test_results_of_an_exam_are_found_by_the_dock_of_their_pipeline(
    make_napari_viewer, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_panel, "EXAM_PIPELINES", ("masses",))
    viewer = make_napari_viewer()
    _, masses = viewer.window.add_plugin_dock_widget("napari-mammoseg", "Masses")
    dock = opened(viewer, write(tmp_path, "RCC", "LCC"))
    dock.analysis.run()
    qtbot.waitUntil(lambda: not dock.busy, timeout=60_000)
    for image in hung_in(viewer.layers).values():
        masses.controls.choice.choose(image)
        viewer.layers.selection.active = image
        assert masses.result is not None
        assert masses.result.image is image
    mass = Finding(1, "mass", (10, 10, 30, 30), (20.0, 20.0), 0.5, label="malignant", p_malignant=0.9)
    masses.present(masses.result.image, replace(masses.result.everything, findings=(mass,)), 0.2)
    assert dock.analysis.table.rowCount() == 1, "and one of the dock by the exam"
    assert dock.analysis.scores.text().endswith("p(malignant) right –, left 0.90")
    masses.result.cut(0.6)
    assert dock.analysis.table.rowCount() == 0
    assert "malignant" not in dock.analysis.scores.text(), "of what is not shown nothing is said"


def test_names_and_ruler_are_no_truth_to_choose(make_napari_viewer, tmp_path: Path) -> None:
    viewer = make_napari_viewer()
    dock = opened(viewer, write(tmp_path, "RCC", "LCC"))
    dock.toggle_ruler()
    _, masses = viewer.window.add_plugin_dock_widget("napari-mammoseg", "Masses")
    choice = masses.comparison.truth
    assert choice._names.count() == 1


def test_files_that_are_no_images_are_counted_and_an_unreadable_one_leaves_its_place_empty(
    make_napari_viewer, tmp_path: Path
) -> None:
    viewer = make_napari_viewer()
    write(tmp_path, *PLACES)
    (tmp_path / "letter").write_text("not an image")
    (tmp_path / "RMLO.png").write_bytes((tmp_path / "RMLO.png").read_bytes()[:60])
    dock = opened(viewer, tmp_path)
    assert list(hung_in(viewer.layers)) == ["RCC", "LCC", "LMLO"]
    assert "Files that are no images: 1, left out." in dock.said.text()


def test_a_stack_hangs_beside_plain_images(make_napari_viewer, tmp_path: Path) -> None:
    import dicom_files

    viewer = make_napari_viewer()
    write(tmp_path, "RCC")
    stack = np.stack([breast(False).astype(np.uint16)] * 3)
    data = dicom_files.dataset(stack, bits=8, SOPClassUID=dicom_files.TOMOSYNTHESIS, ImagerPixelSpacing=[0.2, 0.2])
    data.save_as(tmp_path / "LCC.dcm", enforce_file_format=True)
    opened(viewer, tmp_path)
    found = extents(viewer)
    assert found["RCC"][1, -1] == pytest.approx(found["LCC"][0, -1], abs=PIXEL)
    assert hung_in(viewer.layers)["LCC"].ndim == 3


def test_the_button_opens_a_folder_beside_the_window(make_napari_viewer, qtbot, tmp_path: Path) -> None:
    viewer = make_napari_viewer()
    _, dock = viewer.window.add_plugin_dock_widget("napari-mammoseg", "Exam")
    dock.toggle_prior()
    assert dock.said.text() == "No exam is open: open a folder first"
    dock.open_folder(write(tmp_path / "a", *PLACES))
    qtbot.waitUntil(lambda: not dock.busy)
    assert list(hung_in(viewer.layers)) == list(PLACES)
    (tmp_path / "empty").mkdir()
    dock.open_folder(tmp_path / "empty")
    qtbot.waitUntil(lambda: not dock.busy)
    assert "holds no image" in dock.said.text()
    assert list(hung_in(viewer.layers)) == list(PLACES)


def test_a_finding_on_an_image_of_unknown_pixel_size_is_seen_as_near_as_elsewhere(
    make_napari_viewer, qtbot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The image is drawn at 0.2 units a pixel, as high as the other one; 200 of its pixels are 40 units."""
    monkeypatch.setattr(analysis_panel, "EXAM_PIPELINES", ("spots",))
    viewer = make_napari_viewer(show=True)
    write(tmp_path, "LCC")
    Picture.fromarray(breast(right=True)).save(tmp_path / "RCC.png")
    dock = opened(viewer, tmp_path)
    assert "not to scale: R CC" in dock.said.text()
    assert viewer.layers.extent.units is not None, "else napari warns of inconsistent units"
    dock.run()
    qtbot.waitUntil(lambda: not dock.busy, timeout=30_000)
    result = next(each for each in dock.analysis.results.shown() if each.image.name == "RCC.png")
    viewer.scene.camera.zoom = 0.5
    go_to(result, replace(result.findings.findings[0], box=(30, 20, 33, 23), centroid=(31.0, 21.0)))
    assert min(viewer.canvas.size) / viewer.scene.camera.zoom == pytest.approx(40, rel=0.1)


def test_what_a_person_took_away_is_named_no_longer(make_napari_viewer, qtbot, tmp_path: Path) -> None:
    viewer = make_napari_viewer()
    dock = opened(viewer, write(tmp_path, "RCC", "LCC"))
    viewer.layers.remove(hung_in(viewer.layers)["LCC"])
    qtbot.waitUntil(lambda: list(names_in(viewer.layers)[0].features["text"]) == ["R CC", "no R MLO", "no L MLO"])
    assert dock.places.boxes["LCC"].currentText() == "empty"
    viewer.layers.clear()
    qtbot.waitUntil(lambda: dock.exam is None)
    assert dock.said.text().startswith("Open a folder")
    dock.hang_open()
    assert dock.said.text().startswith("the window: holds no mammogram")
    viewer.open(tmp_path / "RCC.png", plugin="napari-mammoseg")
    assert dock.said.text().startswith("Open a folder")


def test_the_window_goes_on_while_a_folder_is_read(make_napari_viewer, tmp_path: Path, monkeypatch) -> None:
    """Timers run though reading takes two thirds of a second; and what reads is not the window's thread."""
    threads = []

    def slowly(images, run=None):
        threads.append(threading.current_thread())
        time.sleep(0.7)
        return open_places(images, run)

    monkeypatch.setattr(folders, "open_places", slowly)
    viewer, ticks = make_napari_viewer(), []
    timer = QTimer(interval=20)
    timer.timeout.connect(lambda: ticks.append(not hung_images(viewer)))
    timer.start()
    viewer.open(write(tmp_path, *PLACES), plugin="napari-mammoseg")
    assert list(hung_in(viewer.layers)) == list(PLACES)
    assert sum(ticks) > 5
    assert threads[0] is not threading.main_thread()


def test_marks_of_all_views_are_read_in_the_exam_and_its_table_follows(
    make_napari_viewer, qtbot, tmp_path: Path, readings: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(analysis_panel, "EXAM_PIPELINES", ("spots",))
    viewer = make_napari_viewer()
    dock = opened(viewer, write(tmp_path, "RCC", "LMLO"))
    dock.analysis.run()
    qtbot.waitUntil(lambda: not dock.busy, timeout=30_000)
    reading, table = dock.analysis.reading, dock.analysis.table
    reading.next_mark()
    reading.accept_mark()
    first = table.selected
    reading.next_mark()
    reading.reject_mark()
    assert table.selected.result is not first.result
    assert first.result.selected is None
    assert {table.item(number, 3).text() for number in range(2)} == {"accepted", "rejected"}
    assert len(list(readings.glob("*.reading.json"))) == 2
    there = list(viewer.layers)
    dock.analysis.run()
    qtbot.waitUntil(lambda: not dock.busy, timeout=30_000)
    assert list(viewer.layers) == there, "what is found again stays as it was read, once"
    reading.notes.comment.setFocus()
    QTest.keyClicks(reading.notes.comment, "not yet done")
    opened(viewer, tmp_path)
    assert "not yet done" in {table.item(number, 7).text() for number in range(table.rowCount())}
    viewer.layers.clear()
    assert opened(viewer, tmp_path) is dock
    assert {table.item(number, 3).text() for number in range(2)} == {"accepted", "rejected"}
    viewer.layers.clear()
    reading.reader.reader.setText("Bert")
    reading.reader.reader.editingFinished.emit()
    opened(viewer, tmp_path)
    assert {table.item(number, 3).text() for number in range(2)} == {""}
