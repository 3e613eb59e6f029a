from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from napari.components import ViewerModel

from napari_mammoseg.gui.hooks.patch_layers import CHOSEN, POINTS, show_patches
from napari_mammoseg.training.papers.valvano.patch_map import PatchMap

COUNT = 40


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Patches on a grid; patch k is of grey value k. Every seventh is misclassified."""
    classes = 1 + np.arange(COUNT) % 4
    right = (classes == 1).astype(np.float32)
    wrong = np.arange(COUNT) % 7 == 0
    seen = PatchMap(
        "valvano-segmentator",
        (1,),
        np.arange(COUNT, dtype=np.uint8)[:, None, None].repeat(29, 1).repeat(29, 2),
        classes,
        np.abs(right - np.where(wrong, 0.75, 0.25)).astype(np.float32),
        np.zeros((COUNT, 64), np.float32),
        np.stack([np.arange(COUNT) // 8, np.arange(COUNT) % 8], axis=1).astype(np.float32),
    )
    path = tmp_path / "patches.safetensors"
    seen.save(path)
    return path


def click(viewer: ViewerModel, position: tuple[float, float]) -> None:
    layer = viewer.layers[POINTS]
    event = SimpleNamespace(position=position, view_direction=None)
    for callback in layer.mouse_drag_callbacks:
        callback(layer, event)


def test_points_bear_their_class_and_error(file: Path) -> None:
    points = show_patches(file, ViewerModel()).layers[POINTS]
    assert len(points.data) == COUNT
    assert list(points.features["class"][:5]) == ["C1", "C2", "C3", "C4", "C1"]
    np.testing.assert_array_equal(points.features["misclassified"], np.arange(COUNT) % 7 == 0)
    np.testing.assert_allclose(points.features["error"], np.where(np.arange(COUNT) % 7 == 0, 0.75, 0.25))


def test_a_click_shows_the_patch_and_the_next_one_takes_its_place(file: Path) -> None:
    viewer = show_patches(file, ViewerModel())
    for index in (13, 21):
        click(viewer, tuple(viewer.layers[POINTS].data[index]))
        assert [each.name for each in viewer.layers] == [POINTS, CHOSEN]
        assert (viewer.layers[CHOSEN].data == index).all()
        assert viewer.layers.selection.active is viewer.layers[POINTS]
    assert viewer.canvas.overlays.text.text == "C2, error 0.75"


def test_a_click_beside_the_points_shows_nothing(file: Path) -> None:
    viewer = show_patches(file, ViewerModel())
    click(viewer, (-50.0, -50.0))
    assert [each.name for each in viewer.layers] == [POINTS]
