"""The lesions of the truth as boxes on the image: found or missed at the present threshold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_mammoseg.evaluation.case import Case, Place
from napari_mammoseg.gui.layers.captions import CAPTIONED, TEXT
from napari_mammoseg.gui.layers.layer_spacing import KEY
from napari_mammoseg.gui.layers.style import COLOURS, line_width
from napari_mammoseg.gui.layers.truth_layers import rectangle

if TYPE_CHECKING:
    from napari.layers import Shapes

LayerData = tuple[Any, dict[str, Any], str]
SCHEMA = "mammoseg.comparison/1"
FEW = 12
"""Lesions of an image that are captioned; of more, one could not read the captions."""


def hit_layer(case: Case, shape: tuple[int, int], place: dict[str, Any]) -> LayerData:
    """The layer of one image of `shape`. `place` says where the image lies (`image_layers.placement_of`)."""
    keywords = {
        **place,
        **_style(case),
        "name": f"{case.name} / truth, found or missed",
        "shape_type": "rectangle",
        "edge_width": line_width(*shape),
        "face_color": "transparent",
        "opacity": 1.0,
        "text": TEXT,
        "metadata": {KEY: {"schema": SCHEMA, "image": {"name": case.name}}, CAPTIONED: True},
    }
    return _boxes(case), keywords, "shapes"


def fill_hits(layer: Shapes, case: Case) -> None:
    """Shows another comparison in `layer`."""
    boxes, style = _boxes(case), _style(case)
    if len(boxes) != layer.nshapes or not np.array_equal(layer.data, boxes):
        layer.selected_data = set()
        layer.data = boxes
    layer.features = style["features"]
    if boxes:
        layer.edge_color = style["edge_color"]
    layer.refresh_text()


def _boxes(case: Case) -> list[Any]:
    return [rectangle(each.box) for each in _lesions(case)]


def _style(case: Case) -> dict[str, Any]:
    """What changes with the threshold."""
    lesions = _lesions(case)
    found = [each.score >= case.threshold for each in lesions]
    colours = [COLOURS["found" if each else "missed"] for each in found]
    captions = [_caption(each, case.threshold) for each in lesions] if len(lesions) <= FEW else [""] * len(lesions)
    return {
        "features": {
            "lesion": [each.words for each in lesions],
            "found": found,
            "score": [each.score if each.score >= 0 else np.nan for each in lesions],
            "text": captions,
        },
        "edge_color": colours or COLOURS["missed"],
    }


def _caption(lesion: Place, threshold: float) -> str:
    if lesion.score < 0:
        return f"{lesion.words}: missed"
    return f"{lesion.words}: {'found' if lesion.score >= threshold else 'missed, its mark has'} {lesion.score:.2f}"


def _lesions(case: Case) -> Sequence[Place]:
    return [lesion for lesions in case.lesions.values() for lesion in lesions]
