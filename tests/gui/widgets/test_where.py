"""Where a pipeline is to look: the whole image, a drawn box, or the boxes of another dock."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtWidgets import QScrollArea

from napari_mammoseg.commands import as_command, as_python
from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.gui.dock.masses import Masses
from napari_mammoseg.gui.dock.outlines import MassOutlines
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.layers.truth_layers import rectangle
from napari_mammoseg.gui.show import add
from napari_mammoseg.gui.widgets.where import Where
from napari_mammoseg.mammogram import Mammogram


@pytest.fixture
def image(disc: np.ndarray) -> Mammogram:
    return Mammogram.of(disc, "x.png", spacing=(0.2, 0.4), spacing_source="test")


@pytest.fixture
def dock(open_dock) -> MassOutlines:
    return open_dock(MassOutlines)


@pytest.mark.gui
def test_a_drawn_box_is_that_of_the_run_of_the_command_and_of_the_record(qtbot, dock: MassOutlines, tmp_path) -> None:
    assert dock.panel.meaning.text().startswith("False marks per image: about 1,")
    dock.controls.where.draw.click()
    layer = dock.controls.where.layer
    assert layer.mode == "add_rectangle"
    assert tuple(layer.scale) == (0.2, 0.4)
    layer.add_rectangles(rectangle((20, 15, 60, 55)))
    qtbot.waitUntil(lambda: layer.mode == "pan_zoom")
    with qtbot.waitSignal(dock.job.done, timeout=60000):
        dock.run()
    found = dock.result.findings
    (mass,) = found.findings
    assert found.run.boxes == ((20, 15, 60, 55),)
    assert dock.panel.meaning.text() == "", "a mass that a person points at has the score 1"
    assert (found.mask == 1).sum() == pytest.approx(np.pi * 12**2, rel=0.25)
    assert mass.box[0] == pytest.approx(28, abs=3)
    command = replace(dock.command(), path=tmp_path / "x.png")
    assert "--box 20,15,60,55" in as_command(command)
    assert "boxes=[(20, 15, 60, 55)]" in as_python(command)


@pytest.mark.gui
def test_the_narrowest_dock_cuts_nothing_beside_its_scroll_bar(qtbot, dock: MassOutlines) -> None:
    dock.panel.cut.slider.setValue(0.6)
    dock.resize(0, 300)
    dock.show()
    area = dock.findChild(QScrollArea)
    qtbot.waitUntil(area.verticalScrollBar().isVisible)
    assert area.horizontalScrollBar().maximum() == 0


@pytest.mark.gui
def test_another_box_replaces_the_outline(qtbot, dock: MassOutlines) -> None:
    dock.controls.where.draw.click()
    layer = dock.controls.where.layer
    layer.add_rectangles(rectangle((20, 15, 60, 55)))
    with qtbot.waitSignal(dock.job.done, timeout=60000):
        dock.run()
    first = dock.result
    layer.data = [rectangle((24, 20, 58, 52))]
    with qtbot.waitSignal(dock.job.done, timeout=60000):
        dock.run()
    assert dock.result is first
    assert first.found.run.boxes == ((24, 20, 58, 52),)


@pytest.mark.gui
def test_the_outline_follows_its_cut_without_a_run_and_a_truth_offers_the_best_ones(
    qtbot, viewer: ViewerModel, dock: MassOutlines
) -> None:
    truth = np.zeros((90, 80), np.uint8)
    truth[28:53, 23:48] = np.hypot(*(np.indices((25, 25)) - 12)) < 12
    layer = viewer.add_labels(truth, scale=(0.2, 0.4), name="drawn")
    dock.controls.where.draw.click()
    dock.controls.where.layer.add_rectangles(rectangle((20, 15, 60, 55)))
    with qtbot.waitSignal(dock.job.done, timeout=60000):
        dock.run()
    result, cut = dock.result, dock.panel.cut
    assert (cut.slider.value(), dock.values["cut"]) == (result.findings.findings[0].features["cut"], 0)
    areas = [int((result.areas.data == 1).sum())]
    for value in (0.1, 0.9):
        cut.slider.setValue(value)
        qtbot.waitUntil(lambda value=value: result.found.run.settings["cut"] == value)
        areas.append(int((result.areas.data == 1).sum()))
    own, *areas = areas
    assert areas[0] > own > areas[1]
    assert "--set cut=0.9" in as_command(replace(dock.command(), path=Path("x.png")))
    cut.own.click()
    qtbot.waitUntil(lambda: result.found.run.settings["cut"] == 0)
    assert (int((result.areas.data == 1).sum()), cut.own.isVisibleTo(dock)) == (own, False)
    assert not any(each.isVisibleTo(dock) for each in cut.best.values())
    dock.comparison.truth.choose(layer)
    with qtbot.waitSignal(dock.comparison.best_cuts, timeout=60000):
        dock.comparison.compare()
    assert cut.best["g_mean"].text().startswith("Best G-mean: 0.")
    cut.best["iou"].click()
    best = cut.value
    qtbot.waitUntil(lambda: result.found.run.settings["cut"] == best)
    assert 0 < best < 0.9
    assert dock.values["cut"] == best


@pytest.mark.gui
def test_the_boxes_of_the_dock_masses_are_offered(qtbot, viewer: ViewerModel, image, dock: MassOutlines) -> None:
    masses = Masses(viewer)
    qtbot.addWidget(masses)
    box = Finding(1, "mass", (20, 15, 60, 55), (39.5, 34.5), 0.9)
    found = Findings(ImageRecord.of(image), "masses", ModelRecord("m"), 0.9, (box,), RunRecord("1", {"threshold": 0.2}))
    shown = masses.present(viewer.layers[0], found)
    dock.controls.where.choose(shown.boxes["mass"])
    assert dock.controls.boxes == ((20, 15, 60, 55),)
    masses.close()


@pytest.mark.gui
def test_boxes_are_cut_at_the_image_and_none_on_it_is_said(qtbot, viewer: ViewerModel) -> None:
    where = Where(viewer)
    qtbot.addWidget(where)
    image = viewer.layers[0]
    assert where.boxes_on(image) is None
    where.start_drawing(image)
    with pytest.raises(InputError, match="holds no box"):
        where.boxes_on(image)
    where.layer.add_rectangles([rectangle((-10, 50, 30, 200)), rectangle((200, 200, 220, 220))])
    assert where.boxes_on(image) == ((0, 50, 30, 80),)
    where.layer.translate = (0.2 * 10, 0.4 * 5)
    assert where.boxes_on(image)[0] == (0, 55, 40, 80)


@pytest.mark.gui
def test_a_box_is_drawn_on_the_image_that_is_chosen(viewer: ViewerModel, dock: MassOutlines) -> None:
    where, first = dock.controls.where, viewer.layers[0]
    (second,) = add(viewer, image_layers(Mammogram.of(np.zeros((90, 80)), "y.png")))
    drawn = []
    for image in (first, second, first):
        dock.controls.choice.choose(image)
        where.draw.click()
        assert dock.controls.image is image
        drawn.append(where.layer)
    assert [each.name for each in drawn] == ["x.png / boxes", "y.png / boxes", "x.png / boxes"]
    viewer.layers.clear()
    where.draw.click()
    assert dock.bar.message.text() == "No mammogram is open: open one first"


@pytest.mark.gui
def test_a_layer_that_goes_leaves_the_whole_image(qtbot, viewer: ViewerModel) -> None:
    where = Where(viewer)
    qtbot.addWidget(where)
    where.start_drawing(viewer.layers[0])
    viewer.layers.remove(where.layer)
    assert where.layer is None
    add(viewer, image_layers(Mammogram.of(np.zeros((9, 9)), "y.png")))
    assert where.layer is None


@pytest.mark.gui
def test_a_layer_that_is_renamed_is_offered_by_its_new_name(qtbot, viewer: ViewerModel) -> None:
    where = Where(viewer)
    qtbot.addWidget(where)
    where.start_drawing(viewer.layers[0])
    where.layer.name = "mine"
    assert (where._names.currentText(), where.layer.name) == ("mine", "mine")
