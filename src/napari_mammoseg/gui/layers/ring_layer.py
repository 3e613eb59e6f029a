"""Rings around the findings that no box shows, so that a single calcification is seen on the whole image."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_mammoseg.findings import Finding, Findings
from napari_mammoseg.gui.layers.style import COLOURS
from napari_mammoseg.kinds import BOXED, WITH_AREA
from napari_mammoseg.pipeline_table import pipeline

if TYPE_CHECKING:
    from napari.layers import Points

LayerData = tuple[Any, dict[str, Any], str]
ON_SCREEN = (16, 400)
"""The least and the largest diameter of a ring on the screen, in pixels."""
AROUND = 2.5
"""A ring's diameter, in longer sides of its finding."""


def ring_layer(findings: Findings, named: dict[str, Any]) -> LayerData:
    """The layer of the rings. named: its name, place and metadata."""
    keywords = {
        **named,
        **_style(findings),
        "face_color": "transparent",
        "border_color": COLOURS[pipeline(findings.pipeline).mask_kind],
        "border_width": 0.07,
        "canvas_size_limits": ON_SCREEN,
    }
    return _centres(findings), keywords, "points"


def fill_rings(layer: Points, findings: Findings) -> None:
    """Shows the rings of these findings in `layer`."""
    centres, style = _centres(findings), _style(findings)
    if len(centres) == len(layer.data) and np.array_equal(layer.data, centres):
        return
    layer.selected_data = set()
    layer.data = centres
    layer.features = style["features"]
    if len(centres):
        layer.size = style["size"]


def _centres(findings: Findings) -> Any:
    """(n, 2): rows and columns."""
    return np.array([each.centroid for each in _single(findings)], float).reshape(-1, 2)


def _style(findings: Findings) -> dict[str, Any]:
    """What changes with the findings that are shown."""
    present = _single(findings)
    sides = [max(each.box[2] - each.box[0], each.box[3] - each.box[1]) for each in present]
    return {"size": [AROUND * each for each in sides] or 1.0, "features": {"id": [each.id for each in present]}}


def _single(findings: Findings) -> list[Finding]:
    """Those that no box shows: neither one of their own nor that of their cluster."""
    boxed = {each.id for each in findings.of_kind(*BOXED)}
    return [each for each in findings.of_kind(*WITH_AREA) if each.id not in boxed and each.cluster not in boxed]
