from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from napari.components import ViewerModel
from napari.utils.colormaps.standardize_color import transform_color

from napari_mammoseg.commands import Command
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.layers.style import COLOURS
from napari_mammoseg.gui.layers.truth_layers import rectangle
from napari_mammoseg.gui.results.looking import finding_at, go_to
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram


@pytest.fixture
def result(image: Mammogram, everything: Findings) -> Iterator[ShownResult]:
    viewer = ViewerModel()
    layer = add(viewer, image_layers(image))[0]
    yield ShownResult(viewer, layer, Command("spots", None, "x.png", {"threshold": 0.5}), everything, 0.5)
    viewer.layers.clear()


@pytest.mark.parametrize("threshold", [0.0, 0.5, 0.61, 0.95, 0.2])
def test_a_cut_shows_what_a_run_at_that_threshold_would(
    result: ShownResult, everything: Findings, threshold: float
) -> None:
    result.cut(threshold)
    expected = everything.above(threshold)
    np.testing.assert_array_equal(result.areas.data, expected.mask)
    assert list(result.areas.features["index"])[1:] == [each.id for each in expected.of_kind("calcification")]
    assert len(result.boxes["cluster"].data) == len(expected.of_kind("cluster"))
    assert result.areas.metadata["mammoseg"]["run"]["settings"]["threshold"] == threshold
    assert result.command.values["threshold"] == threshold


def test_boxes_that_come_back_look_as_before(result: ShownResult) -> None:
    layer = result.boxes["cluster"]
    before = layer.edge_color.copy(), list(layer.text.values)
    result.cut(1.0)
    assert len(layer.data) == 0
    result.cut(0.0)
    np.testing.assert_allclose(layer.edge_color, before[0])
    assert list(layer.text.values) == before[1]


def test_boxes_that_the_slider_adds_have_the_lines_of_the_others(image: Mammogram, everything: Findings) -> None:
    cluster = everything.of_kind("cluster")[0]
    two = replace(everything, findings=(replace(cluster, score=0.9), replace(cluster, id=5, score=0.2)))
    viewer = ViewerModel()
    layer = add(viewer, image_layers(image))[0]
    viewer.scene.camera.zoom = 100
    result = ShownResult(viewer, layer, Command("spots", None, "x.png"), two, 0.5)
    result.cut(0.1)
    np.testing.assert_allclose(result.boxes["cluster"].edge_width, 2 / (100 * 0.2), rtol=0.45)


def test_a_box_that_a_person_drew_where_nothing_is_read_stays(result: ShownResult) -> None:
    layer = result.boxes["cluster"]
    layer.add_rectangles(rectangle((40, 2, 50, 12)))
    result.cut(0.0)
    result.cut(1.0)
    assert layer.features["id"].tolist() == [0]
    assert layer.features["score"].isna().all()
    result.cut(0.5)
    assert layer.features["id"].tolist() == [4, 0]
    np.testing.assert_array_equal(layer.data[1], rectangle((40, 2, 50, 12)))


def test_a_finding_that_no_box_shows_has_a_ring(result: ShownResult) -> None:
    assert len(result.rings.data) == 0, "all spots are in the cluster, which is shown"
    result.cut(0.7)
    assert result.rings.features["id"].tolist() == [1]
    np.testing.assert_allclose(result.rings.data, [(11.0, 10.5)])
    assert result.rings.size[0] > 3
    result.cut(0.5)
    assert len(result.rings.data) == 0


def test_selecting_marks_the_label_or_the_box(result: ShownResult) -> None:
    result.select(2)
    assert result.areas.selected_label == 2
    marked, other = result.areas.colormap.map(2), result.areas.colormap.map(1)
    assert list(marked) != list(other)
    result.select(4)
    boxes = result.boxes["cluster"]
    assert set(boxes.selected_data) == {0}
    np.testing.assert_allclose(boxes.edge_color[0], transform_color(COLOURS["selected"])[0])
    result.cut(1.0)
    result.cut(0.4)
    np.testing.assert_allclose(boxes.edge_color[0], transform_color(COLOURS["selected"])[0])
    with pytest.raises(InputError, match="lower the threshold"):
        result.select(3)


def test_the_camera_goes_to_a_finding(result: ShownResult) -> None:
    go_to(result, result.select(2))
    assert result.viewer.scene.camera.center[-2:] == pytest.approx((21 * 0.1, 20.5 * 0.2))


def test_a_place_names_the_finding_there(result: ShownResult) -> None:
    assert finding_at(result, (10 * 0.1, 11 * 0.2)) == 1
    assert finding_at(result, (15 * 0.1, 15 * 0.2)) == 4
    assert finding_at(result, (50 * 0.1, 5 * 0.2)) is None
    assert finding_at(result, (-50.0, 900.0)) is None


def test_results_lie_where_the_image_was_moved_to(image: Mammogram, everything: Findings) -> None:
    viewer = ViewerModel()
    layer = add(viewer, image_layers(image))[0]
    layer.translate = (5.0, 7.0)
    command = Command("spots", None, "x.png", {})
    for each in ShownResult(viewer, layer, command, everything, 0.5).layers:
        np.testing.assert_allclose(each.data_to_world((3, 4)), layer.data_to_world((3, 4)))


def test_lines_keep_their_width_on_the_screen(result: ShownResult) -> None:
    for zoom in (1.0, 30.0, 300.0):
        result.viewer.scene.camera.zoom = zoom
        assert result.boxes["cluster"].edge_width[0] * 0.2 * zoom == pytest.approx(2, rel=0.45)
