"""The dock puts a lesion where a person says or where it chooses; the original stays; undo takes it away."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from napari.components import ViewerModel
from PIL import Image as Picture

from napari_mammoseg import read
from napari_mammoseg.batch import synthesis as batch
from napari_mammoseg.gui.dock.synthesis import LesionSynthesis
from napari_mammoseg.gui.layers.belonging import belonging, token_of
from napari_mammoseg.gui.layers.image_layers import image_layers, mammogram_of
from napari_mammoseg.gui.layers.layer_spacing import set_spacing, spacing_of
from napari_mammoseg.gui.show import add
from napari_mammoseg.gui.widgets.lesion_place import CHOSEN, OUTLINE, PLACES, POINT
from napari_mammoseg.phantom.mammograms import Request, make

pytestmark = pytest.mark.gui


@pytest.fixture(scope="module")
def phantom():
    return make(Request(2, "CC", "L", rows=500, columns=400, spacing_mm=0.25, lesions="none")).image


@pytest.fixture
def viewer(phantom) -> ViewerModel:
    viewer = ViewerModel()
    add(viewer, image_layers(phantom))
    return viewer


@pytest.fixture
def dock(qtbot, viewer: ViewerModel) -> Iterator[LesionSynthesis]:
    dock = LesionSynthesis(viewer)
    qtbot.addWidget(dock)
    dock.model.choose("drawn-mass")
    dock.settings["size_mm"].value = 8
    yield dock
    dock.close()


def put_in(dock: LesionSynthesis, qtbot) -> None:
    with qtbot.waitSignal(dock.worker.done, timeout=60000):
        dock.run()


def test_variants_become_images_with_their_masks_and_undo_takes_them_away(dock, qtbot, viewer, phantom) -> None:
    before = [each.name for each in viewer.layers]
    original = viewer.layers[0].data.copy()
    dock.variants.setValue(2)
    put_in(dock, qtbot)
    new = [each for each in viewer.layers if each.name not in before]
    assert [each._type_string for each in new] == ["image", "labels", "image", "labels"]
    assert [each.visible for each in new] == [False, False, True, True]
    assert "synthetic" in new[0].name
    assert not np.array_equal(new[0].data, new[2].data)
    assert np.array_equal(viewer.layers[0].data, original)
    assert mammogram_of(new[0]).properties["synthetic"]
    assert tuple(new[1].scale) == tuple(viewer.layers[0].scale)
    assert dock.choice.image is viewer.layers[before[0]]
    assert dock.settings["seed"].value == 2
    found = belonging([([], {"name": "found on it", "ndim": 2}, "shapes")], token_of(new[2]))
    add(viewer, found)
    dock.close()
    again = LesionSynthesis(viewer)
    qtbot.addWidget(again)
    assert again.save_button.isEnabled()
    again.undo()
    assert [each.name for each in viewer.layers] == before
    assert not again.undo_button.isEnabled()
    assert "taken away" in again.bar.message.text()


def test_what_was_made_and_is_still_there_is_saved_beside_what_the_folder_holds(dock, qtbot, viewer, tmp_path) -> None:
    def save() -> list[str]:
        with qtbot.waitSignal(dock.outputs.job.done, timeout=60000):
            dock.save(tmp_path)
        assert str(tmp_path) in dock.bar.message.text()
        return sorted(each.name.removesuffix(".mask.png")[-1] for each in tmp_path.glob("*.mask.png"))

    assert not dock.save_button.isEnabled()
    dock.variants.setValue(2)
    put_in(dock, qtbot)
    assert save() == ["1", "2"]
    viewer.layers.remove(dock.made[0][0].layers[0])
    dock.variants.setValue(1)
    put_in(dock, qtbot)
    assert save() == ["1", "2", "3"]
    (third,) = tmp_path.glob("*.synthetic-3.png")
    assert read(third).properties["synthetic"]
    assert len((tmp_path / "synthetic.csv").read_text().splitlines()) == 4
    dock.copy()
    assert "save the layer as a file first" in dock.bar.message.text()
    viewer.layers.clear()
    dock.copy()
    assert "holds no image that was made here" in dock.bar.message.text()


def test_lesions_that_a_file_beside_the_image_tells_of_are_known_as_on_the_command_line(
    qtbot, phantom, tmp_path
) -> None:
    path = tmp_path / "x.png"
    Picture.fromarray((phantom.pixels * 65535).astype(np.uint16)).save(path)
    mask = np.zeros(phantom.pixels.shape, np.uint16)
    mask[100:380, :200] = 1
    Picture.fromarray(mask).save(tmp_path / "x.mask.png")
    viewer = ViewerModel()
    add(viewer, image_layers(read(path, 0.25)))
    dock = LesionSynthesis(viewer)
    qtbot.addWidget(dock)
    dock.model.choose("drawn-mass")
    put_in(dock, qtbot)
    values = {"model": "drawn-mass"}
    (told,) = batch.make(batch.Synthesis(path, tmp_path / "out", ("either",), values, spacing_mm=0.25))
    made = dock.made[0][0].made.record
    assert made["known"] == [{"kind": "mass", "label": None, "box": [100.0, 0.0, 380.0, 200.0]}]
    assert {name: made[name] for name in ("at", "box", "known")} == {
        name: told[name] for name in ("at", "box", "known")
    }
    dock.run()
    viewer.layers.remove(dock.choice.image)
    qtbot.waitUntil(lambda: not dock.worker.running, timeout=60000)
    assert (len(dock.made), dock.bar.message.text()) == (1, "x.png was deleted; nothing was made")
    dock.close()


def test_a_clicked_point_is_the_lesions_middle(dock, qtbot, viewer) -> None:
    dock.where.setCurrentText(POINT)
    points = viewer.layers[PLACES[POINT]]
    points.add(np.array([[300.0, 150.0], [240.0, 110.0]]))
    put_in(dock, qtbot)
    rows, columns = np.nonzero(viewer.layers[-2].data)
    middle = (rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2
    assert middle == pytest.approx((240, 110), abs=3)
    assert len(points.data) == 1
    assert viewer.layers[-1] is points
    assert (viewer.layers.selection.active, points.mode) == (points, "add")  # the next click is the next place
    assert dock.choice.image is viewer.layers[0]
    assert "mass of 8 mm" in dock.bar.message.text()


def test_a_drawn_outline_is_filled(dock, qtbot, viewer) -> None:
    dock.where.setCurrentText(OUTLINE)
    drawn = viewer.layers[PLACES[OUTLINE]]
    drawn.data[230:260, 100:130] = 1
    put_in(dock, qtbot)
    assert np.array_equal(viewer.layers[-2].data > 0, drawn.data > 0)


def test_after_the_last_seed_comes_the_first(dock, qtbot) -> None:
    dock.settings["seed"].value = dock.settings["seed"].max
    put_in(dock, qtbot)
    assert dock.settings["seed"].value == 0
    assert dock.bar.run_button.isEnabled()


def test_what_is_missing_is_said(dock, viewer) -> None:
    dock.where.setCurrentText(POINT)
    viewer.layers.remove(PLACES[POINT])
    dock.run()
    assert "click or draw" in dock.bar.message.text()
    assert viewer.layers[PLACES[POINT]].mode == "add"
    dock.where.setCurrentText(CHOSEN)
    viewer.layers.clear()
    dock.run()
    assert "open one first" in dock.bar.message.text()


def test_nothing_open_is_said_until_an_image_is_there(dock, viewer, phantom) -> None:
    viewer.layers.clear()
    dock.run()
    assert dock.bar.message.text() == "No mammogram is open: open one first"
    add(viewer, image_layers(phantom))
    assert dock.bar.message.text() == ""


def test_the_outline_has_the_size_of_the_image_that_is_chosen(dock, viewer: ViewerModel) -> None:
    dock.where.setCurrentText(OUTLINE)
    assert viewer.layers[PLACES[OUTLINE]].data.shape == (500, 400)
    dock.where.setCurrentText(CHOSEN)
    dock.choice.choose(viewer.add_image(np.zeros((30, 20, 3), np.uint8), rgb=True))
    dock.where.setCurrentText(OUTLINE)
    assert viewer.layers[PLACES[OUTLINE]].data.shape == (30, 20)


def test_a_place_that_is_chosen_again_is_ready_to_be_clicked(dock, viewer: ViewerModel) -> None:
    viewer.add_image(np.zeros((9, 9)), name=PLACES[POINT])  # another layer of that name is none to click in
    dock.where.setCurrentText(POINT)
    points = viewer.layers[-1]
    points.name = "renamed"
    viewer.layers.selection.active = viewer.layers[0]
    points.mode = "pan_zoom"
    dock.where.setCurrentText(CHOSEN)
    dock.where.setCurrentText(POINT)
    assert (viewer.layers.selection.active, points.mode) == (points, "add")


def test_a_typed_spacing_is_the_images_and_the_clicked_point_goes_along(dock, qtbot, viewer) -> None:
    set_spacing(viewer.layers[0], None)
    dock.where.setCurrentText(POINT)
    viewer.layers[PLACES[POINT]].add(np.array([240.0, 110.0]))
    dock.spacing.give(0.25)
    camera = viewer.scene.camera
    zoom, middle = camera.zoom, np.array(camera.center)
    put_in(dock, qtbot)
    assert (camera.zoom, *camera.center) == pytest.approx((zoom / 0.25, *0.25 * middle))  # the same is seen
    assert spacing_of(viewer.layers[0]) == ((0.25, 0.25), "given")
    assert tuple(viewer.layers[PLACES[POINT]].scale) == (0.25, 0.25)
    rows, columns = np.nonzero(viewer.layers[-2].data)
    assert (np.ptp(rows) + 1, np.ptp(columns) + 1) < (36, 36)  # a mass of 8 mm
    assert ((rows.min() + rows.max()) / 2, (columns.min() + columns.max()) / 2) == pytest.approx((240, 110), abs=3)


def test_clusters_need_no_model(dock) -> None:
    dock.settings["kind"].value = "calcifications"
    assert not dock.model.isEnabled()
    dock.settings["kind"].value = "mass"
    assert dock.model.isEnabled()
