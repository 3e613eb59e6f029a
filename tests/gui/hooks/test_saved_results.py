"""A saved result that is opened as a file comes with its image, or on the one that is open."""

from __future__ import annotations

from pathlib import Path

import napari
import pytest
from napari.components import ViewerModel

from napari_mammoseg.batch.analysis import Analysis, analyze
from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.hooks.readers import read_layers
from napari_mammoseg.gui.hooks.saved_results import read_result
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.results.kept_results import kept
from napari_mammoseg.gui.show import add
from napari_mammoseg.readers import read


@pytest.fixture
def result(scan: Path, tmp_path: Path) -> Path:
    """What a run on `scan` wrote."""
    list(analyze(Analysis(scan, tmp_path / "out", ("spots",))))
    return tmp_path / "out" / "scan.spots.json"


@pytest.fixture
def window(monkeypatch: pytest.MonkeyPatch) -> ViewerModel:
    viewer = ViewerModel()
    monkeypatch.setattr(napari, "current_viewer", lambda: viewer)
    return viewer


def test_without_a_window_its_layers_are_those_of_the_image_and_the_marks(result: Path) -> None:
    viewer = ViewerModel()
    add(viewer, read_layers(str(result)))
    assert [each.name for each in viewer.layers][:2] == ["scan.png", "scan.png / spots"]


def test_in_a_window_the_dock_of_its_pipeline_finds_it_and_nothing_is_there_twice(
    result: Path, window: ViewerModel
) -> None:
    for _ in range(2):
        assert read_layers(str(result)) == [(None,)]
        (shown,) = kept(window, "spots")
        assert shown.image is window.layers[0]
        assert len(window.layers) == 1 + len(shown.layers)


def test_an_image_that_was_moved_is_opened_first(result: Path, scan: Path, window: ViewerModel) -> None:
    moved = scan.rename(scan.with_name("moved.png"))
    with pytest.raises(InputError, match="no longer where it was; open the image first"):
        read_result(result)
    add(window, image_layers(read(moved)))
    read_result(result)
    assert [each.image.name for each in kept(window, "spots")] == ["moved.png"]


def test_a_result_of_what_lay_there_before_is_refused(result: Path, scan: Path, window: ViewerModel) -> None:
    scan.write_bytes(scan.read_bytes() + b"more")
    with pytest.raises(InputError, match="another scan"):
        read_result(result)
    assert not window.layers
