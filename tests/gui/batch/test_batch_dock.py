"""A folder goes through a pipeline from the window as it does on the command line; rows open what was found."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from napari.components import ViewerModel

from napari_mammoseg.gui.batch.dock import BatchDock
from napari_mammoseg.gui.results.kept_results import kept

pytestmark = pytest.mark.gui


@pytest.fixture
def folder(scan: Path) -> Path:
    """A folder with a mammogram and a file that is none."""
    source = scan.parent / "study"
    source.mkdir()
    scan.rename(source / "scan.png")
    (source / "broken.dcm").write_bytes(b"nothing")
    return source


@pytest.fixture
def dock(qtbot, folder: Path, tmp_path: Path) -> Iterator[BatchDock]:
    dock = BatchDock(ViewerModel())
    qtbot.addWidget(dock)
    dock.source.line.setText(str(folder))
    dock.target.line.setText(str(tmp_path / "out"))
    dock.pipelines.setCurrentIndex(dock.pipelines.findData("spots"))
    yield dock
    dock.close()


def column(dock: BatchDock, number: int) -> list[str]:
    return [dock.table.item(row, number).text() for row in range(dock.table.rowCount())]


def test_every_image_has_its_row_and_its_files_and_a_row_opens_it(qtbot, dock: BatchDock, tmp_path: Path) -> None:
    with qtbot.waitSignal(dock.worker.done, timeout=20_000):
        dock.run()
    assert column(dock, 0) == ["broken.dcm", "scan.png"]
    assert "1 not done" in dock.bar.message.text()
    record = json.loads((tmp_path / "out" / "scan.spots.json").read_text("utf-8"))
    assert (tmp_path / "out" / "exam.json").is_file()
    row = column(dock, 0).index("scan.png")
    assert float(column(dock, 2)[row]) == pytest.approx(record["image_score"], abs=0.001)
    assert column(dock, 1)[row] == "Microcalcifications", "as the dock and the choice above call it"
    with qtbot.waitSignal(dock.opening.done, timeout=20_000):
        dock.table.cellDoubleClicked.emit(row, 0)
    assert dock.viewer.layers[0]._type_string == "image"
    assert len(dock.viewer.layers) > 1
    (result,) = kept(dock.viewer, "spots")
    assert [each.score for each in result.findings.findings] == [each["score"] for each in record["findings"]]


def test_why_an_image_was_not_done_is_told_without_moving_to_the_last_column(qtbot, dock: BatchDock) -> None:
    with qtbot.waitSignal(dock.worker.done, timeout=20_000):
        dock.run()
    row = column(dock, 0).index("broken.dcm")
    assert column(dock, 1)[row] == "not done"
    said = "broken.dcm: is not a DICOM file"
    assert said in dock.table.item(row, 0).toolTip()
    dock.table.cellDoubleClicked.emit(row, 0)
    assert said in dock.bar.message.text()


def test_images_of_one_name_are_told_apart_by_their_paths(qtbot, dock: BatchDock, folder: Path) -> None:
    (folder / "other").mkdir()
    (folder / "broken.dcm").rename(folder / "other" / "scan.png")
    with qtbot.waitSignal(dock.worker.done, timeout=20_000):
        dock.run()
    told = {dock.table.item(row, 0).toolTip().partition("\n")[0] for row in range(dock.table.rowCount())}
    assert told == {str(folder / "scan.png"), str(folder / "other" / "scan.png")}


@pytest.mark.parametrize("typed", ["it's here", "file:it's%20here"])
def test_a_folder_is_absolute_however_it_came_into_the_field(
    dock: BatchDock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    monkeypatch.chdir(tmp_path)
    dock.target.line.setText(typed.replace("file:", f"file://{tmp_path}/"))
    assert dock.order().target == tmp_path / "it's here"


def test_the_folders_are_there_again_in_the_next_session(qtbot, dock: BatchDock, folder: Path, tmp_path: Path) -> None:
    with qtbot.waitSignal(dock.worker.done, timeout=20_000):
        dock.run()
    again = BatchDock(ViewerModel())
    qtbot.addWidget(again)
    assert (again.source.folder, again.target.folder) == (folder, tmp_path / "out")


def test_a_second_run_skips_what_is_done(qtbot, dock: BatchDock, tmp_path: Path) -> None:
    for _ in range(2):
        with qtbot.waitSignal(dock.worker.done, timeout=20_000):
            dock.run()
        written = (tmp_path / "out" / "scan.spots.json").stat().st_mtime_ns
        assert sorted(column(dock, 0)) == ["broken.dcm", "scan.png"]
    dock.skip.setChecked(False)
    with qtbot.waitSignal(dock.worker.done, timeout=20_000):
        dock.run()
    assert (tmp_path / "out" / "scan.spots.json").stat().st_mtime_ns > written


@pytest.mark.parametrize("field", ["source", "target"])
def test_a_missing_folder_is_said(dock: BatchDock, field: str) -> None:
    getattr(dock, field).line.setText(" ")
    dock.run()
    assert "is not given" in dock.bar.message.text()
    assert not dock.worker.running


def test_a_folder_without_images_is_said(qtbot, dock: BatchDock, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    dock.source.line.setText(str(tmp_path / "empty"))
    with qtbot.waitSignal(dock.worker.refused, timeout=20_000):
        dock.run()
    assert "holds no image" in dock.bar.message.text()
    assert dock.bar.run_button.isEnabled()


def test_the_order_is_a_command(qapp, dock: BatchDock, folder: Path, tmp_path: Path) -> None:
    dock.formats.boxes["csv"].setChecked(True)
    dock.copy()
    words = shlex.split(qapp.clipboard().text())
    assert words == ["mammoseg", "analyze", "spots", str(folder), "--out", str(tmp_path / "out"), *words[6:]]
    assert words[6:] == ["--format", "csv", "--resume"]


def test_a_row_that_is_opened_again_adds_nothing(qtbot, dock: BatchDock) -> None:
    with qtbot.waitSignal(dock.worker.done, timeout=20_000):
        dock.run()
    row, counts = column(dock, 0).index("scan.png"), []
    for _ in range(2):
        with qtbot.waitSignal(dock.opening.done, timeout=20_000):
            dock.table.cellDoubleClicked.emit(row, 0)
        counts.append(len(dock.viewer.layers))
    assert counts[0] == counts[1] > 1
    dock.viewer.layers[0].name = "renamed"
    for each in dock.viewer.layers[1:]:
        dock.viewer.layers.remove(each)
    with qtbot.waitSignal(dock.opening.done, timeout=20_000):
        dock.table.cellDoubleClicked.emit(row, 0)
    assert len(dock.viewer.layers) == counts[0]


def test_a_folder_that_is_none_is_said(qtbot, dock: BatchDock, tmp_path: Path) -> None:
    dock.source.line.setText(str(tmp_path / "nowhere"))
    with qtbot.waitSignal(dock.worker.refused, timeout=20_000):
        dock.run()
    assert dock.bar.message.text().startswith("nowhere: is not a folder")
