from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel

from napari_mammoseg.gui.dock.window_dock import WindowPresets
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram, Window

pytestmark = pytest.mark.gui


@pytest.fixture
def viewer(pixels: np.ndarray) -> ViewerModel:
    windows = (Window("NORMAL", 0.1, 0.9), Window("HARDER", 0.3, 0.6))
    viewer = ViewerModel()
    add(viewer, image_layers(Mammogram.of(pixels, "w.dcm", windows=windows, view="CC", laterality="L")))
    return viewer


@pytest.fixture
def dock(open_dock) -> WindowPresets:
    return open_dock(WindowPresets)


def test_the_windows_of_the_file_are_offered_by_their_names(dock: WindowPresets) -> None:
    offered = [dock.windows.itemText(each) for each in range(dock.windows.count())]
    assert offered == ["NORMAL", "HARDER", "Tissue", "Full range"]
    assert dock.windows.currentText() == "NORMAL"
    assert dock.facts.text() == "L CC"


def test_a_window_sets_the_limits(dock: WindowPresets, viewer: ViewerModel) -> None:
    dock.choose("HARDER")
    assert tuple(viewer.layers[0].contrast_limits) == (0.3, 0.6)
    dock.choose("Full range")
    assert tuple(viewer.layers[0].contrast_limits) == (0, 1)


def test_inverted_shows_dense_dark(dock: WindowPresets, viewer: ViewerModel) -> None:
    dock.inverted.setChecked(True)
    dark, light = viewer.layers[0].colormap.map(np.array([1.0, 0.0]))[:, 0]
    assert dark < light


def test_the_window_of_an_image_is_still_chosen_when_one_comes_back_to_it(dock, viewer: ViewerModel) -> None:
    dock.choose("HARDER")
    other = add(viewer, image_layers(Mammogram.of(np.zeros((9, 9), np.float32), "other.png")))[0]
    viewer.layers.selection.active = other
    assert dock.windows.currentText() == "Tissue"
    viewer.layers.selection.active = viewer.layers[0]
    assert dock.windows.currentText() == "HARDER"


def test_what_is_chosen_is_what_the_image_is_shown_through(dock, viewer: ViewerModel) -> None:
    dock.inverted.setChecked(True)
    other = viewer.add_image(np.arange(200, dtype=np.uint8).reshape(10, 20), contrast_limits=(7, 90))
    assert (dock.windows.currentIndex(), dock.inverted.isChecked()) == (-1, False)
    dock.inverted.setChecked(True)
    assert tuple(other.contrast_limits) == (7, 90)
    viewer.layers[0].contrast_limits = (0.2, 0.7)
    viewer.layers.selection.active = viewer.layers[0]
    assert (dock.windows.currentIndex(), dock.inverted.isChecked()) == (-1, True)


@pytest.mark.parametrize("kind", ["bool", "multiscale", "stack"])
def test_layers_of_other_readers_have_the_plain_windows(qtbot, kind: str) -> None:
    grey = np.linspace(0, 1, 600).reshape(30, 20)
    data = {"bool": grey > 0.5, "multiscale": [grey, grey[::2, ::2]], "stack": np.stack([grey, grey])}[kind]
    viewer = ViewerModel()
    viewer.add_image(data, multiscale=kind == "multiscale")
    dock = WindowPresets(viewer)
    qtbot.addWidget(dock)
    dock.choose("Full range")
    assert tuple(viewer.layers[0].contrast_limits) == (0, 1)
    dock.close()
