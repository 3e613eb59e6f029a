from __future__ import annotations

import numpy as np
import pytest
from napari.components import ViewerModel

from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.layers.marks import MARKS_KEY, bind_marks_key, toggle_marks
from napari_mammoseg.gui.layers.view import actual_pixels, same_view
from napari_mammoseg.gui.show import show
from napari_mammoseg.mammogram import Mammogram


@pytest.fixture
def viewer(image: Mammogram, everything: Findings) -> ViewerModel:
    return show(image, everything, ViewerModel())


def visible(viewer: ViewerModel) -> list[bool]:
    return [each.visible for each in viewer.layers]


def test_one_key_hides_and_shows_all_marks_but_not_the_image(viewer: ViewerModel) -> None:
    bind_marks_key(viewer)
    press = viewer.keymap[next(each for each in viewer.keymap if str(each) == MARKS_KEY)]
    press(viewer)
    assert visible(viewer) == [True, False, False, False, False]
    press(viewer)
    assert visible(viewer) == [True, False, True, True, True]


def test_marks_that_a_person_had_hidden_stay_hidden(viewer: ViewerModel) -> None:
    viewer.layers[1].visible = False
    toggle_marks(viewer)
    toggle_marks(viewer)
    assert visible(viewer) == [True, False, True, True, True]


def test_actual_pixels_shows_one_pixel_of_the_image_on_one_of_the_screen(viewer: ViewerModel) -> None:
    actual_pixels(viewer)
    assert viewer.scene.camera.zoom == pytest.approx(1 / 0.2)


@pytest.mark.parametrize(("column", "times"), [(100, 5), (1000, 1)])
def test_a_new_size_of_pixels_leaves_what_is_seen_of_one_image_or_of_several_beside(column: int, times: int) -> None:
    viewer = ViewerModel()
    layer = viewer.add_image(np.zeros((300, 400)))
    viewer.add_image(np.zeros((300, 400)), translate=(0, column))
    zoom = viewer.scene.camera.zoom
    with same_view(viewer, layer):
        layer.scale = (0.2, 0.2)
    assert viewer.scene.camera.zoom == pytest.approx(times * zoom)
