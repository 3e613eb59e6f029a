"""A ruler: lines that a person draws, with their lengths."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from napari_mammoseg.gui.layers.style import on_screen

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Shapes

RULER = "mammoseg_ruler"
_COLOUR = "#40c4ff"


def toggle_ruler(viewer: ViewerModel, unit: str) -> None:
    """Begins to measure: each line that is drawn says how long it is. Once more: ends it and hides the lines.

    unit: "mm" where the images' pixel size is known, else "pixel".
    """
    ruler = ruler_in(viewer)
    if ruler is None:
        _measure(viewer, _add(viewer, unit))
    elif ruler.visible and ruler.mode == "add_line":
        ruler.mode, ruler.visible = "pan_zoom", False
        viewer.layers.selection.active = next((each for each in viewer.layers if each._type_string == "image"), None)
        if not len(ruler.data):
            viewer.layers.remove(ruler)
    else:
        _measure(viewer, ruler)


def ruler_in(viewer: ViewerModel) -> Shapes | None:
    """The layer of lines, if there is one."""
    return next((each for each in viewer.layers if RULER in each.metadata), None)


def _add(viewer: ViewerModel, unit: str) -> Shapes:
    ruler = viewer.add_shapes(
        ndim=2,
        name="ruler",
        units=(unit, unit),
        axis_labels=("row", "column"),
        edge_color=_COLOUR,
        features={"length": np.zeros(0, object)},
        text={"string": "{length}", "color": _COLOUR, "size": 12, "anchor": "center"},
        metadata={RULER: unit},
    )
    ruler.events.data.connect(_say_lengths)
    return ruler


def _measure(viewer: ViewerModel, ruler: Shapes) -> None:
    ruler.visible = True
    viewer.layers.move(viewer.layers.index(ruler), len(viewer.layers))  # above images that came later
    viewer.layers.selection.active = ruler
    ruler.current_edge_width = on_screen(viewer, ruler)
    ruler.mode = "add_line"


def _say_lengths(event: Any) -> None:
    ruler = event.source
    unit = "px" if ruler.metadata[RULER] == "pixel" else "mm"
    ruler.features = {"length": [f"{np.linalg.norm(line[-1] - line[0]):.1f} {unit}" for line in ruler.data]}
    ruler.refresh_text()
