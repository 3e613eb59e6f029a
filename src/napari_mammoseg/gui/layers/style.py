"""Colours and line widths of everything that is drawn on a mammogram."""

from __future__ import annotations

from typing import Any

from napari_mammoseg.kinds import KINDS

COLOURS: dict[str, str] = {
    **{each.name: each.colour for each in KINDS.values()},
    "benign": "#64b5f6",
    "malignant": "#ff6e40",
    "normal": "#b0bec5",
    "rejected": "#78909c",
    "truth": "#b2ff59",
    "found": "#00e676",
    "missed": "#ff5252",
    "selected": "#ff4fd8",
}


def colour(kind: str, label: str | None) -> str:
    """The colour of a finding: of its label where it has one, else of its kind."""
    return COLOURS[label or kind]


def line_width(rows: int, columns: int) -> float:
    """Pixels of the image that make a line one can see when the whole image is in the window."""
    return max(1.0, max(rows, columns) / 500)


def on_screen(viewer: Any, layer: Any, pixels: float = 2.0) -> float:
    """The line width, in pixels of the image of `layer`, that is `pixels` wide on the screen at the present zoom."""
    return float(pixels / max(viewer.scene.camera.zoom * layer.scale[-1], 1e-6))
