"""The dock Classify: a drawn box or the whole image, its answer beside the box, heat where it is asked for."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from napari.components import ViewerModel

from napari_mammoseg.commands import as_command
from napari_mammoseg.gui.dock.classify import Classify
from napari_mammoseg.gui.layers.truth_layers import rectangle
from napari_mammoseg.mammogram import Mammogram

pytestmark = pytest.mark.gui


@pytest.fixture
def image(disc: np.ndarray) -> Mammogram:
    return Mammogram.of(disc, "x.png", spacing=(0.2, 0.2), spacing_source="test")


@pytest.fixture
def dock(open_dock) -> Classify:
    return open_dock(Classify)


def test_the_whole_image_then_a_drawn_box_with_heat(qtbot, dock: Classify, viewer: ViewerModel, tmp_path) -> None:
    with qtbot.waitSignal(dock.job.done, timeout=60000):
        dock.run()
    (whole,) = dock.result.findings.findings
    assert whole.box == (0, 0, 90, 80)
    assert [each.name for each in viewer.layers] == ["x.png", "x.png / regions"]
    dock.controls.where.draw.click()
    dock.controls.where.layer.add_rectangles(rectangle((20, 15, 60, 55)))
    dock.controls.form["heat"].value = True
    with qtbot.waitSignal(dock.job.done, timeout=60000):
        dock.run()
    (region,) = dock.result.findings.findings
    assert region.box == (20, 15, 60, 55)
    heat = viewer.layers["x.png / Grad-CAM"]
    assert heat.visible
    assert heat.data.max() == pytest.approx(1, abs=0.2)
    (text,) = viewer.layers["x.png / regions"].features["text"]
    assert text == f"{region.label} · p(malignant) {region.p_malignant:.2f}"
    command = as_command(replace(dock.command(), path=tmp_path / "x.png"))
    assert "analyze classify" in command
    assert "--box 20,15,60,55" in command
    assert "--set heat=True" in command


def test_what_was_said_stands_beside_the_truth(qtbot, dock: Classify, viewer: ViewerModel) -> None:
    truth = viewer.add_shapes(
        [rectangle((20, 15, 60, 55))],
        features={"kind": ["mass"], "label": ["malignant"]},
        scale=(0.2, 0.2),
        name="truth",
    )
    dock.controls.where.choose(truth)
    with qtbot.waitSignal(dock.job.done, timeout=60000):
        dock.run()
    dock.comparison.truth.choose(truth)
    with qtbot.waitSignal(dock.comparison.job.done, timeout=60000):
        dock.comparison.compare()
    said = dock.comparison.text.toPlainText()
    assert f"said {dock.result.findings.findings[0].label}" in said
    assert "in truth malignant" in said
