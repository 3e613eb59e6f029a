from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from napari.components import ViewerModel

from napari_mammoseg.findings import Findings, ProbabilityMap
from napari_mammoseg.gui.layers.finding_layers import finding_layers
from napari_mammoseg.gui.layers.image_layers import placement_of
from napari_mammoseg.gui.layers.layer_spacing import placement
from napari_mammoseg.gui.show import add, show
from napari_mammoseg.mammogram import Mammogram


def test_a_result_is_heat_labels_and_boxes_on_its_image(image: Mammogram, everything: Findings) -> None:
    viewer = show(image, everything.above(0.5), ViewerModel())
    names = ["x.png", "x.png / probability", "x.png / spots", "x.png / rings", "x.png / clusters"]
    assert [each.name for each in viewer.layers] == names
    assert {tuple(each.scale) for each in viewer.layers} == {(0.1, 0.2)}
    assert {str(unit) for each in viewer.layers for unit in each.units} == {"millimeter"}


def test_labels_are_the_mask_and_their_features_the_table(everything: Findings) -> None:
    findings = everything.above(0.5)
    heat, labels, *_ = add(ViewerModel(), finding_layers(findings, placement(None)))
    np.testing.assert_array_equal(labels.data, findings.mask)
    rows = labels.features.set_index("index")
    for each in findings.of_kind("calcification"):
        assert rows.loc[each.id, "score"] == each.score
        assert rows.loc[each.id, "area_mm2"] == each.area_mm2
        assert rows.loc[each.id, "cluster"] == each.cluster
    assert heat.blending == "additive"


def test_boxes_surround_their_pixels_and_say_their_score(everything: Findings) -> None:
    boxes = add(ViewerModel(), finding_layers(everything, placement(None)))[-1]
    np.testing.assert_allclose(boxes.data[0].min(axis=0), (9.5, 9.5))
    np.testing.assert_allclose(boxes.data[0].max(axis=0), (32.5, 31.5))
    assert list(boxes.text.values) == ["cluster 0.60 (3)"]
    assert list(boxes.features["id"]) == [4]


def test_every_layer_holds_the_record_of_its_run(everything: Findings) -> None:
    for layer in add(ViewerModel(), finding_layers(everything, placement(None))):
        record = layer.metadata["mammoseg"]
        assert record["run"]["settings"]["steps"] == 3
        assert record["model"]["name"] == "blob-contrast"
        assert record["image"]["name"] == "x.png"
        assert "findings" not in record


TURNED = np.array([[1, 0, 0], [0, np.cos(0.5), -np.sin(0.5)], [0, np.sin(0.5), np.cos(0.5)]])


@pytest.mark.parametrize(
    "placed",
    [
        {},
        {"rotate": 30, "translate": (4, 5)},
        {"shear": [0.3], "scale": (0.3, 0.2)},
        {"affine": [[0.9, -0.2, 3], [0.1, 1.2, -4], [0, 0, 1]]},
        {"frames": 2, "scale": (2, 0.3, 0.4), "translate": (0, 3, 9)},
        {"frames": 2, "rotate": TURNED, "shear": [0, 0, 0.3]},
    ],
    ids=str,
)
def test_a_map_of_other_pixels_covers_the_image_wherever_it_lies(everything: Findings, placed: dict[str, Any]) -> None:
    frames = placed.pop("frames", 0)
    viewer = ViewerModel()
    layer = viewer.add_image(np.zeros((frames, 60, 40) if frames else (60, 40)), **placed)
    whole, corner = (34, 23), (5, 3)
    coarse = replace(everything, probability=ProbabilityMap(np.zeros((10, 8), np.float32), corner, whole))
    heat = add(viewer, finding_layers(coarse, placement_of(layer)))[0]
    for row, column in ((-0.5, -0.5), (-0.5, 22.5), (33.5, 22.5), (7.0, 4.0)):
        on_image = (row + 0.5) * 60 / 34 - 0.5, (column + 0.5) * 40 / 23 - 0.5
        seen = layer.data_to_world((*([0] if frames else []), *on_image))[-2:]
        assert heat.data_to_world((row - corner[0], column - corner[1])) == pytest.approx(seen)


def test_an_image_where_nothing_is_found_can_be_shown(image: Mammogram, everything: Findings) -> None:
    viewer = show(image, everything.above(1.0), ViewerModel())
    labels, rings = viewer.layers[-2:]
    assert labels.data.max() == 0
    assert len(rings.data) == 0
