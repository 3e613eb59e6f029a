"""A layer of boxes after it was made: filled anew, with lines of one width, and with shapes that a person draws."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from napari_mammoseg.findings import Finding
from napari_mammoseg.gui.layers.finding_layers import box_style
from napari_mammoseg.gui.layers.layer_spacing import KEY
from napari_mammoseg.gui.layers.style import COLOURS, on_screen
from napari_mammoseg.gui.layers.truth_layers import rectangle

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Shapes


def fill(layer: Shapes, kind: str, present: list[Finding], keep_drawn: bool) -> None:
    """Shows the boxes of these findings of one kind, where they are not what is shown already.

    keep_drawn: with the shapes that a person drew; else she has them among the findings, or they cannot be.
    """
    style = box_style(present, kind)
    shown = {name: list(layer.features[name]) for name in ("id", "text")}
    drawn = [vertices for id, vertices in zip(ids(layer), layer.data, strict=True) if keep_drawn and id == 0]
    data = [rectangle(each.box) for each in present] + drawn
    same_text = shown["text"] == style["features"]["text"]
    same_boxes = shown["id"] == style["features"]["id"] and len(data) == layer.nshapes
    if same_boxes and (same_text or not drawn) and np.array_equal(layer.data, data):
        if not drawn:  # what is said of boxes that stay where they are
            layer.features = style["features"]
        if not same_text:
            layer.refresh_text()
        return
    layer.selected_data = set()
    layer.data = data
    layer.features = {name: [*values, *[None] * len(drawn)] for name, values in style["features"].items()}
    name_drawn(layer, kind, len(present))
    layer.current_edge_color = COLOURS[kind]
    layer.refresh_text()


def name_drawn(layer: Shapes, kind: str, first: int) -> None:
    """Takes the features of another shape, which napari copies, from the shapes at `first` and after it."""
    drawn = layer.nshapes - first
    fresh = {"id": 0, "kind": kind, "text": "+"}
    layer.features = {name: [*layer.features[name][:first], *[fresh.get(name)] * drawn] for name in layer.features}
    layer.refresh_text()


def set_line_width(layer: Shapes, width: float) -> None:
    """Also of boxes that are drawn next. Only a change of that width makes napari draw the layer anew."""
    present = [*layer.edge_width, layer.current_edge_width]
    if not 0.7 * width < min(present) <= max(present) < 1.4 * width:
        layer.edge_width = width
        layer.current_edge_width = width


def keep_line_widths(viewer: ViewerModel) -> None:
    """Keeps the lines of all boxes that the plugin drew two pixels wide on the screen."""
    for layer in viewer.layers:
        if layer._type_string == "shapes" and KEY in layer.metadata:
            set_line_width(layer, on_screen(viewer, layer))


def ids(layer: Shapes) -> Sequence[int]:
    """The id of each shape's finding, 0 for one that a person drew."""
    return [int(each) if each == each and each is not None else 0 for each in layer.features["id"]]
