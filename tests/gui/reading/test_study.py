"""A study read in a real window: keys, categories and comments, kept at once and found again by the same reader."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from napari import Viewer
from napari.components import ViewerModel
from qtpy.QtCore import Qt
from qtpy.QtTest import QTest

from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.gui.dock.dock import PipelineDock
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.reading import place as reading_place
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readings import open_reading

pytestmark = pytest.mark.gui
SHIFT = Qt.KeyboardModifier.ShiftModifier
SHA256 = "a" * 64


class Read(PipelineDock):
    pipeline = "spots"


@pytest.fixture
def found(image: Mammogram) -> Findings:
    marks = (
        Finding(1, "cluster", (10, 10, 20, 20), (14.5, 14.5), 0.9),
        Finding(2, "cluster", (30, 20, 44, 32), (36.5, 25.5), 0.6),
        Finding(3, "calcification", (50, 5, 58, 12), (53.5, 8.0), 0.8),
    )
    record = replace(ImageRecord.of(image), sha256=SHA256)
    return Findings(record, "spots", ModelRecord("m"), 0.9, marks, RunRecord("1", {"threshold": 0.5}))


@pytest.fixture
def open_dock(open_dock: Callable[..., Any], image: Mammogram) -> Callable[[], PipelineDock]:
    """Opens the image, whose file is known, and the dock in a viewer of their own."""

    def open_one() -> PipelineDock:
        viewer = ViewerModel()
        add(viewer, image_layers(replace(image, sha256=SHA256)))
        return open_dock(Read, viewer)

    return open_one


def press(viewer: Viewer, *letters: str) -> None:
    for each in letters:
        QTest.keyClick(viewer.window._qt_viewer.canvas.native, each, SHIFT)


def read_by(dock: PipelineDock, reader: str) -> None:
    dock.reading.reader.reader.setText(reader)
    dock.reading.reader.reader.editingFinished.emit()


def kept(folder: Path) -> dict[int, tuple[str | None, str | None, str | None]]:
    """Verdict, category and comment of each mark in the only reading of the folder."""
    (path,) = folder.glob("*.reading.json")
    names = ("reading", "birads", "comment")
    return {each.id: tuple(map(each.features.get, names)) for each in open_reading(path).read.findings}  # type: ignore[misc]


def test_marks_are_read_with_keys_alone_and_nothing_is_lost_when_the_window_closes(
    make_napari_viewer, image: Mammogram, found: Findings, readings: Path
) -> None:
    viewer = make_napari_viewer(show=True)
    add(viewer, image_layers(replace(image, sha256=SHA256)))
    dock = Read(viewer)
    viewer.window.add_dock_widget(dock)
    dock.present(viewer.layers[0], found, 0.5)
    notes = dock.reading.notes
    press(viewer, "Y")
    assert dock.bar.message.text().startswith("No cluster is selected")
    press(viewer, "S")
    assert dock.bar.message.text() == "Kept as seen: x.png"
    assert kept(readings) == {1: (None, None, None), 2: (None, None, None), 3: (None, None, None)}
    press(viewer, "N", "Y", "N", "X", "N")
    assert dock.bar.message.text() == ""
    assert kept(readings) == {1: ("accepted", None, None), 2: ("rejected", None, None), 3: (None, None, None)}
    assert dock.result.selected == 2
    press(viewer, "B", "C")
    QTest.keyClicks(notes.category.view(), "4B")
    QTest.keyClick(notes.category.view(), Qt.Key.Key_Return)
    press(viewer, "C")
    QTest.keyClick(notes.category.view(), Qt.Key.Key_Escape)
    assert not notes.category.view().isVisible()
    assert dock.window().focusWidget() is dock.reading, "Escape gives the keys back"
    press(viewer, "T")
    assert dock.window().focusWidget() is notes.comment
    QTest.keyClicks(notes.comment, "No")
    QTest.keyClick(notes.comment, Qt.Key.Key_Escape)
    assert (dock.window().focusWidget(), notes.comment.text()) == (dock.reading, "")
    press(viewer, "T")
    QTest.keyClicks(notes.comment, "Yes, pleomorphic")
    QTest.keyClick(notes.comment, Qt.Key.Key_Return)
    assert dock.window().focusWidget() is dock.reading
    press(viewer, "N")
    assert kept(readings)[1] == ("accepted", "4B", "Yes, pleomorphic")
    assert (notes.category.currentText(), notes.comment.text()) == ("–", "")
    QTest.keyClick(viewer.window._qt_viewer.canvas.native, Qt.Key.Key_F1)
    assert dock.reader.keys_help.isVisible()
    press(viewer, "T")
    QTest.keyClicks(notes.comment, "half a")
    viewer.close()
    assert kept(readings)[2] == ("rejected", None, "half a")


def test_a_reading_comes_back_with_the_image_but_only_to_its_reader(
    qtbot, open_dock, found: Findings, readings: Path
) -> None:
    dock = open_dock()
    read_by(dock, "Anna")
    dock.present(dock.viewer.layers[0], found, 0.5)
    dock.reading.next_mark()
    dock.reading.accept_mark()
    read_by(dock, "Bert")
    assert dock.result.read == found
    read_by(dock, "Anna")
    again = open_dock()
    read_by(again, "Bert")  # while Anna's is being looked for
    qtbot.wait(200)
    assert again.result is None
    read_by(again, "Anna")
    qtbot.waitUntil(lambda: again.result is not None)
    assert [each.features.get("reading") for each in again.result.read.findings] == ["accepted", None, None]
    assert "The reading of Anna is here again" in again.bar.message.text()
    again.reading.reader.choose_folder(readings / "other")
    assert [each.name.split(".")[2] for each in (readings / "other").glob("*.reading.json")] == ["Anna"]


def test_no_window_shows_or_keeps_a_readers_verdicts_once_another_one_reads(
    open_dock, found: Findings, readings: Path
) -> None:
    here, elsewhere = open_dock(), open_dock()
    elsewhere.show()
    read_by(here, "Anna")
    elsewhere.present(elsewhere.viewer.layers[0], found, 0.5)
    elsewhere.reading.next_mark()
    elsewhere.reading.accept_mark()
    elsewhere.reading.notes.comment.insert("half a comment")
    read_by(here, "Bert")
    assert (elsewhere.result.read, elsewhere.reading.notes.comment.text()) == (found, "")
    assert elsewhere.reading.reader.reader.text() == "Bert"
    reading_place.remember(reader="Anna")
    reading_place.follow_reader()  # as napari's preferences do
    assert elsewhere.result.read.findings[0].features["reading"] == "accepted"
    assert elsewhere.reading.reader.reader.text() == "Anna"


def test_the_same_run_again_goes_on_with_the_reading(qtbot, open_dock) -> None:
    read = []
    for _ in range(2):
        dock = open_dock()
        dock.reader.reopening.forget()
        dock.run()
        qtbot.waitUntil(lambda dock=dock: dock.result is not None and not dock.job.running)
        read.append([each.features.get("reading") for each in dock.result.read.of_kind("cluster")])
        dock.reading.next_mark()
        dock.reading.reject_mark()
    assert read == [[None], ["rejected"]]


def test_a_run_that_finds_the_same_again_leaves_it_as_it_was_read(qtbot, open_dock) -> None:
    dock = open_dock()
    dock.run()
    qtbot.waitUntil(lambda: not dock.job.running)
    dock.reading.next_mark()
    dock.reading.accept_mark()
    reopened = open_dock()
    qtbot.waitUntil(lambda: reopened.result is not None)
    for each in (dock, reopened):
        each.bar.keep.setChecked(each is reopened)
        read, names = each.result, [layer.name for layer in each.viewer.layers]
        each.run()
        qtbot.waitUntil(lambda each=each: not each.job.running)
        assert (each.result, [layer.name for layer in each.viewer.layers]) == (read, names)
        assert [mark.features.get("reading") for mark in read.read.of_kind("cluster")] == ["accepted"]
    dock.reading.take_back()
    assert not any(mark.features.get("reading") for mark in dock.result.read.findings)


def test_a_folder_that_cannot_be_used_is_one_line_and_the_former_one_stays(
    open_dock, found: Findings, readings: Path
) -> None:
    dock = open_dock()
    (readings / "file").write_text("")
    dock.present(dock.viewer.layers[0], found, 0.5)
    dock.reading.next_mark()
    dock.reading.accept_mark()
    dock.reading.reader.choose_folder(readings / "file")
    assert dock.bar.message.text().startswith("The folder is not used. file: is a file")
    dock.reading.reject_mark()
    assert kept(readings)[1][0] == "rejected"


def test_clusters_come_back_with_their_labels(qtbot, open_dock, everything: Findings) -> None:
    known = replace(everything, image=replace(everything.image, sha256=SHA256))
    dock = open_dock()
    dock.present(dock.viewer.layers[0], known, 0.5)
    dock.reading.next_mark()
    dock.reading.accept_mark()
    again = open_dock()
    qtbot.waitUntil(lambda: again.result is not None)
    np.testing.assert_array_equal(again.result.everything.mask, known.mask)
    assert {each.features.get("reading") for each in again.result.findings.of_kind("cluster")} == {"accepted"}
