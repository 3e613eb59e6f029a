"""Rings around the findings that no box shows, so that a single calcification is seen on the whole image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.findings import Finding, Findings
from napari_mammoseg.gui.layers.captions import RINGS
from napari_mammoseg.gui.layers.style import COLOURS, line_width
from napari_mammoseg.kinds import BOXED, WITH_AREA
from napari_mammoseg.pipeline_table import pipeline

if TYPE_CHECKING:
    from napari.layers import Points

LayerData = tuple[Any, dict[str, Any], str]
ON_SCREEN = 14.0
"""The least diameter of a ring on the screen, in pixels."""
LINE = 1.5
"""The width of a ring's line on the screen, in pixels."""
AROUND = 2.5
"""A ring's diameter, in longer sides of its finding."""


def ring_layer(findings: Findings, named: dict[str, Any]) -> LayerData:
    """The layer of the rings. named: its name, place and metadata."""
    pixel = line_width(findings.image.rows, findings.image.columns) / 2
    keywords = {
        **named,
        "metadata": {**named["metadata"], RINGS: True},
        **_style(findings, pixel),
        "face_color": "transparent",
        "border_color": COLOURS[pipeline(findings.pipeline).mask_kind],
        "border_width": LINE * pixel,
        "border_width_is_relative": False,
    }
    return _centres(findings), keywords, "points"


def fill_rings(layer: Points, findings: Findings, pixel: float) -> None:
    """Shows the rings of these findings in `layer`. pixel: pixels of the image per pixel of the screen."""
    centres, style = _centres(findings), _style(findings, pixel)
    if len(centres) != len(layer.data) or not np.array_equal(layer.data, centres):
        layer.selected_data = set()
        layer.data = centres
        layer.features = style["features"]
    if len(centres) and not (_alike(layer.size, style["size"]) and _alike(layer.border_width, LINE * pixel)):
        layer.size = style["size"]
        layer.border_width = LINE * pixel


def _alike(present: NDArray[Any], wanted: Any) -> bool:
    """Whether rings need not be drawn anew."""
    ratio = np.asarray(present) / np.asarray(wanted)
    return bool(((ratio > 0.8) & (ratio < 1.25)).all())


def _centres(findings: Findings) -> Any:
    """(n, 2): rows and columns."""
    return np.array([each.centroid for each in _single(findings)], float).reshape(-1, 2)


def _style(findings: Findings, pixel: float) -> dict[str, Any]:
    """What changes with the findings that are shown, and with the zoom."""
    present = _single(findings)
    sides = [max(each.box[2] - each.box[0], each.box[3] - each.box[1]) for each in present]
    sizes = [max(AROUND * each, ON_SCREEN * pixel) for each in sides]
    return {"size": sizes or 1.0, "features": {"id": [each.id for each in present]}}


def _single(findings: Findings) -> list[Finding]:
    """Those that no box shows: neither one of their own nor that of their cluster."""
    boxed = {each.id for each in findings.of_kind(*BOXED)}
    return [each for each in findings.of_kind(*WITH_AREA) if each.id not in boxed and each.cluster not in boxed]
