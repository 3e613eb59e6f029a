"""Marks belong to their image: shown with it, moved with it, in its cell of the grid."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.layers import Layer
from napari.utils.notifications import notification_manager

from napari_mammoseg.commands import Command
from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.layers.belonging import belonging, token_of
from napari_mammoseg.gui.layers.image_layers import image_layers, placement_of
from napari_mammoseg.gui.layers.layer_spacing import set_spacing
from napari_mammoseg.gui.layers.marks import toggle_marks
from napari_mammoseg.gui.layers.viewer_rules import keep_rules
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram

pytestmark = pytest.mark.gui


class Two:
    """A viewer with two images of the same name on each other, and a result on each; the second was opened last."""

    def __init__(self, image: Mammogram, everything: Findings) -> None:
        self.viewer = ViewerModel()
        keep_rules(self.viewer)
        self.first, self.second = (add(self.viewer, image_layers(image))[0] for _ in range(2))
        self.of_first, self.of_second = (
            ShownResult(self.viewer, each, Command("spots", None, "x.png"), everything, 0.5)
            for each in (self.first, self.second)
        )

    def choose(self, layer: Layer) -> None:
        self.viewer.layers.selection.active = layer

    @property
    def shown(self) -> tuple[bool, bool]:
        """Whether the boxes of the first and of the second image are visible."""
        return self.of_first.boxes["cluster"].visible, self.of_second.boxes["cluster"].visible


@pytest.fixture
def two(image: Mammogram, everything: Findings) -> Two:
    return Two(image, everything)


def test_an_image_of_unknown_pixel_size_beside_images_in_mm_is_said_once(image: Mammogram) -> None:
    viewer, told = ViewerModel(), []
    notification_manager.notification_ready.connect(lambda each: told.append(str(each.message)))
    keep_rules(viewer)
    add(viewer, image_layers(image))
    assert told == []
    unknown = [add(viewer, image_layers(replace(image, name=name, spacing=None)))[0] for name in ("a.png", "b.png")]
    assert [each[:20] for each in told] == ["Not to scale: a.png."]
    assert "one pixel is drawn as one mm" in told[0]
    for each in unknown:
        set_spacing(each, (0.1, 0.1))
    add(viewer, image_layers(replace(image, name="c.png", spacing=None)))
    assert [each[:20] for each in told] == ["Not to scale: a.png.", "Not to scale: c.png."]


def test_only_the_marks_of_the_image_that_is_seen_are_visible(two: Two) -> None:
    assert two.shown == (False, True)
    two.choose(two.first)
    assert two.shown == (True, False)
    assert (two.first.visible, two.second.visible) == (True, False)
    two.choose(two.of_second.areas)
    assert two.shown == (False, True)
    assert two.second.visible


def test_an_image_that_a_person_hides_takes_its_marks_along(two: Two) -> None:
    two.second.visible = False
    assert two.shown == (True, False)
    two.second.visible = True
    assert two.shown == (False, True)


def test_what_a_person_hid_stays_hidden(two: Two) -> None:
    two.of_second.areas.visible = False
    two.choose(two.first)
    two.choose(two.second)
    assert two.shown == (False, True)
    assert not two.of_second.areas.visible


def test_images_beside_each_other_both_show_their_marks(two: Two) -> None:
    two.second.translate = (0, 40 * 0.2)
    assert two.shown == (True, True)
    np.testing.assert_allclose(two.of_second.boxes["cluster"].translate, (0, 8))


def test_the_key_of_all_marks_leaves_those_of_covered_images_alone(two: Two) -> None:
    toggle_marks(two.viewer)
    two.choose(two.first)
    assert two.shown == (False, False)
    two.choose(two.second)
    toggle_marks(two.viewer)
    assert two.shown == (False, True)


@pytest.mark.parametrize("stride", [1, -1])
def test_in_a_grid_every_image_has_its_marks_in_its_own_cell(two: Two, stride: int) -> None:
    grid, layers = two.viewer.canvas.grid, two.viewer.layers
    grid.stride = stride
    grid.enabled = True
    assert two.shown == (True, True)
    assert grid.actual_shape(layers) == (1, 2)
    cells = [grid.position(layers.index(each), layers) for each in (two.first, two.second)]
    assert len(set(cells)) == 2
    for cell, result in zip(cells, (two.of_first, two.of_second), strict=True):
        visible = [each for each in result.layers if each.visible]
        assert {grid.position(layers.index(each), layers) for each in visible} == {cell}
    grid.enabled = False
    assert sum(two.shown) == 1


def test_marks_move_with_their_image(two: Two, everything: Findings) -> None:
    set_spacing(two.second, (0.05, 0.1))
    two.second.translate = (3.0, 4.0)
    for layer in two.of_second.layers:
        corner = layer.extent.world[0] if layer._type_string == "image" else None
        if corner is not None:
            np.testing.assert_allclose(layer.extent.world, two.second.extent.world)
        else:
            np.testing.assert_allclose(layer.scale, (0.05, 0.1))
            np.testing.assert_allclose(layer.translate, (3.0, 4.0))
    np.testing.assert_allclose(two.of_first.areas.scale, (0.1, 0.2))


_LAST_TEXT = """
import gc, numpy as np, napari
from qtpy.QtTest import QTest
from napari_mammoseg.gui.layers.viewer_rules import keep_rules

viewer = napari.Viewer()
viewer.add_image(np.zeros((60, 60), np.float32))
keep_rules(viewer)
for name in "abc":
    box = [np.array([[10, 10], [10, 50], [50, 50], [50, 10.0]])]
    layer = viewer.add_shapes(box, features={"text": [name]}, text="{text}")
    QTest.qWait(300)
    viewer.layers.remove(layer)
    QTest.qWait(300)
    viewer.canvas.overlays.text.visible = name != "a"
rings = viewer.add_points([[9, 9], [30, 30]], features={"text": ["a", "b"]}, text="{text}")
viewer.add_shapes(box, features={"text": ["d"]}, text="{text}")
QTest.qWait(300)
viewer.layers.clear()
del rings, layer
gc.collect()
QTest.qWait(300)
viewer.add_image(np.zeros((60, 60), np.float32), visible=False)
QTest.qWait(300)
viewer.add_labels(np.zeros((60, 60), np.uint8))
viewer.add_shapes(box, features={"text": ["e"]}, text="{text}")
QTest.qWait(300)
viewer.close()
"""


def test_the_last_layers_with_text_can_be_removed_and_others_drawn() -> None:
    done = subprocess.run([sys.executable, "-c", _LAST_TEXT], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]


def test_marks_whose_image_is_gone_do_not_lie_on_another_one(two: Two) -> None:
    (single,) = add(two.viewer, belonging([([[8.0, 8.0]], placement_of(two.first), "points")], token_of(two.second)))
    two.viewer.layers.remove(two.second)
    assert (*two.shown, single.visible) == (True, False, False)
    two.viewer.layers.remove(two.first)
    assert two.shown == (True, True)
