"""The truth of a data set as layers on its image: masks as labels, everything else as shapes and points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.gui.layers.captions import CAPTIONED, TEXT
from napari_mammoseg.gui.layers.style import COLOURS, line_width
from napari_mammoseg.mammogram import Lesion, Mammogram

LayerData = tuple[Any, dict[str, Any], str]
TRUTH = "mammoseg.truth/1"
"""The schema that the metadata of a truth layer name."""


def truth_layers(image: Mammogram, place: dict[str, Any]) -> list[LayerData]:
    """Layers of the lesions whose place is known: labels, shapes and points, as far as there are any."""
    keywords = {**place, "metadata": {"mammoseg": {"schema": TRUTH, "image": {"name": image.name}}}}
    masks = [each for each in image.truth or () if each.mask is not None]
    outlines = [each for each in image.truth or () if _outline(each)]
    points = [each for each in image.truth or () if each.point is not None]
    layers: list[LayerData] = []
    if masks:
        layers.append(_labels(masks, image, keywords))
    if outlines:
        layers.append(_shapes(outlines, image, keywords))
    if points:
        layers.append(_points(points, image, keywords))
    return layers


def _outline(lesion: Lesion) -> bool:
    return any(each is not None for each in (lesion.contour, lesion.circle, lesion.box))


def _labels(lesions: Sequence[Lesion], image: Mammogram, keywords: dict[str, Any]) -> LayerData:
    data = np.zeros((image.rows, image.columns), np.uint16)
    for index, lesion in enumerate(lesions, start=1):
        data[lesion.mask] = index
    features = {"index": list(range(1, len(lesions) + 1)), **_features(lesions)}
    return data, {**keywords, "name": f"{image.name} / truth masks", "features": features, "opacity": 0.4}, "labels"


def _shapes(lesions: Sequence[Lesion], image: Mammogram, keywords: dict[str, Any]) -> LayerData:
    kinds, data = zip(*(_shape(each) for each in lesions), strict=True)
    keywords = {
        **keywords,
        "name": f"{image.name} / truth",
        "shape_type": list(kinds),
        "edge_color": COLOURS["truth"],
        "edge_width": line_width(image.rows, image.columns),
        "face_color": "transparent",
        "features": _features(lesions),
        "text": TEXT,
        "metadata": {**keywords["metadata"], CAPTIONED: True},
    }
    return list(data), keywords, "shapes"


def _points(lesions: Sequence[Lesion], image: Mammogram, keywords: dict[str, Any]) -> LayerData:
    keywords = {
        **keywords,
        "name": f"{image.name} / truth points",
        "size": 4 * line_width(image.rows, image.columns),
        "symbol": "ring",
        "face_color": COLOURS["truth"],
        "features": _features(lesions),
    }
    return np.array([each.point for each in lesions]), keywords, "points"


def _shape(lesion: Lesion) -> tuple[str, NDArray[np.float64]]:
    if lesion.contour is not None:
        return "polygon", np.asarray(lesion.contour, float)
    if lesion.circle is not None:
        row, column, radius = lesion.circle
        return "ellipse", rectangle(
            (row - radius + 0.5, column - radius + 0.5, row + radius + 0.5, column + radius + 0.5)
        )
    assert lesion.box is not None
    return "rectangle", rectangle(lesion.box)


def rectangle(box: Sequence[float]) -> NDArray[np.float64]:
    """The corners of a half-open box of pixels, whose centres lie at whole numbers."""
    row0, column0, row1, column1 = (each - 0.5 for each in box)
    return np.array([[row0, column0], [row0, column1], [row1, column1], [row1, column0]])


def _features(lesions: Sequence[Lesion]) -> dict[str, list[Any]]:
    return {
        "kind": [each.kind for each in lesions],
        "label": [each.label or "" for each in lesions],
        "text": [" ".join(filter(None, (each.kind, each.label))) for each in lesions],
    }
