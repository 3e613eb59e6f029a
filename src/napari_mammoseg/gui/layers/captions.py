"""The captions of all marks that a viewer shows, kept readable at any zoom."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from napari_mammoseg.gui.layers.caption_places import Rectangle, Wanted, placed
from napari_mammoseg.gui.layers.transforms import moved, to_world

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Points, Shapes

CAPTIONED = "mammoseg_captioned"
"""In the metadata of a layer: its feature `text` is captioned here."""
RINGS = "mammoseg_rings"
"""In the metadata of a layer of rings, which captions are kept clear of where they can."""
TEXT = {"string": "{text}", "color": "transparent"}
"""The text of a captioned layer: napari would write it without a backing. Whether it is visible counts for captions."""
OVERLAY = "mammoseg_captions"
_MARGIN = 3.0
_SCALE_BAR = (56.0, 170.0)
"""Height and width of the corner that is left to the scale bar, in pixels of the canvas."""


def has_a_window() -> bool:
    """Whether captions can be drawn: there is none for a viewer without a window."""
    from qtpy.QtWidgets import QApplication

    return QApplication.instance() is not None


class Captions:
    """Lays the captions of one viewer out anew whenever what is seen changes. It does not keep the viewer alive."""

    def __init__(self, viewer: ViewerModel) -> None:
        from qtpy.QtCore import QTimer

        from napari_mammoseg.gui.layers.caption_overlay import CaptionOverlay

        self._reference = ref(viewer)
        self._later = QTimer(singleShot=True, interval=0)
        self._later.timeout.connect(self.lay_out)
        viewer.canvas.overlays[OVERLAY] = CaptionOverlay(visible=True)
        for layer in viewer.layers:
            self._listen(layer)
        viewer.layers.events.inserted.connect(self._on_inserted)
        for events in (viewer.layers.events.removed, viewer.layers.events.reordered):
            events.connect(self._ask)
        for events in (viewer.scene.camera.events, viewer.canvas.grid.events, viewer.dims.events):
            events.connect(self._ask)
        viewer.canvas.events.size.connect(self._ask)
        self._ask()

    def lay_out(self) -> None:
        """Puts the captions where they belong now."""
        viewer = self._reference()
        if viewer is not None:
            viewer.canvas.overlays[OVERLAY].captions = placed(_wanted(viewer), _taken(viewer), _rings(viewer))

    def _on_inserted(self, event: Any) -> None:
        self._listen(event.value)
        self._ask()

    def _listen(self, layer: Any) -> None:
        if CAPTIONED in layer.metadata or RINGS in layer.metadata:
            layer.events.connect(self._ask)
            layer.text.events.connect(self._ask)

    def _ask(self, event: Any = None) -> None:
        self._later.start()


def _wanted(viewer: ViewerModel) -> list[Wanted]:
    """The captions of all layers that are seen: names of views first, then the best findings."""
    if tuple(viewer.dims.displayed) != tuple(range(viewer.dims.ndim))[-2:]:
        return []
    found = [each for layer in viewer.layers if _is_captioned(layer) for each in _of_layer(layer, viewer)]
    return [each for _, each in sorted(found, key=lambda ranked: ranked[0])]


def _is_captioned(layer: Any) -> bool:
    return CAPTIONED in layer.metadata and layer.visible and layer.text.visible


def _of_layer(layer: Shapes | Points, viewer: ViewerModel) -> Iterator[tuple[float, Wanted]]:
    """Each caption with its rank, of which the lowest is placed first."""
    points = layer._type_string == "points"
    colours = layer.border_color if points else layer.edge_color
    scores = layer.features.get("score", [0.0] * len(layer.data))
    matrix, cell = to_world(layer), _cell(layer, viewer)
    for vertices, text, colour, score in zip(layer.data, layer.features["text"], colours, scores, strict=True):
        if isinstance(text, str) and text.strip():
            corners = _on_canvas(moved(np.atleast_2d(vertices), matrix), viewer, cell)
            (top, left), (bottom, right) = corners.min(axis=0), corners.max(axis=0)
            mark = (float(top), float(left), float(bottom), float(right))
            rank = -2.0 if points else -float(score if score == score and score is not None else 0)
            height, width = _size(text)
            within = cell if width <= cell[3] - cell[1] else _whole(viewer)
            yield rank, Wanted(text, tuple(map(float, colour)), height, width, mark, within)


def _rings(viewer: ViewerModel) -> list[Rectangle]:
    """Where the rings of findings are, which have no captions."""
    found: list[Rectangle] = []
    for layer in viewer.layers:
        if layer._type_string == "points" and RINGS in layer.metadata and layer.visible and len(layer.data):
            centres = _on_canvas(moved(layer.data, to_world(layer)), viewer, _cell(layer, viewer))
            radius = (layer.size * abs(layer.scale[-1]) * viewer.scene.camera.zoom / 2)[:, None]
            found += map(tuple, np.hstack([centres - radius, centres + radius]).tolist())
    return found


def _on_canvas(world: Any, viewer: ViewerModel, cell: Rectangle) -> Any:
    """(n, 2) rows and columns of the canvas, from those of the world."""
    camera = viewer.scene.camera
    turned = np.where(np.array(camera.orientation[-2:]) == ("down", "right"), 1, -1)
    middle = np.array([cell[0] + cell[2], cell[1] + cell[3]]) / 2
    return (world - np.array(camera.center[-2:])) * camera.zoom * turned + middle


def _cell(layer: Any, viewer: ViewerModel) -> Rectangle:
    """The part of the canvas in which `layer` is drawn: all of it, or its cell of the grid."""
    whole, grid = np.array(viewer.canvas.size, float), viewer.canvas.grid
    if not grid.enabled:
        return _whole(viewer)
    size = np.array(viewer.canvas.viewbox_size(viewer.layers))
    shape = np.array(grid.actual_shape(viewer.layers))
    place = np.array(grid.position(viewer.layers.index(layer), viewer.layers))
    corner = place * (size + (whole - size * shape) / np.maximum(shape - 1, 1))
    return float(corner[0]), float(corner[1]), *map(float, corner + size)  # type: ignore[return-value]


def _whole(viewer: ViewerModel) -> Rectangle:
    height, width = viewer.canvas.size
    return 0.0, 0.0, float(height), float(width)


def _taken(viewer: ViewerModel) -> list[Rectangle]:
    height, width = map(float, viewer.canvas.size)
    shown = viewer.canvas.overlays.scale_bar.visible
    return [(height - _SCALE_BAR[0], width - _SCALE_BAR[1], height, width)] if shown else []


def _size(text: str) -> tuple[float, float]:
    """Height and width of a caption with its margin, in pixels of the canvas."""
    from qtpy.QtGui import QFont, QFontMetricsF

    from napari_mammoseg.gui.layers.caption_overlay import POINTS

    metrics = QFontMetricsF(QFont("OpenSans", int(POINTS)))
    drawn = 96 / 72  # napari draws letters of a canvas larger than Qt those of a window
    return metrics.height() * drawn + _MARGIN, metrics.horizontalAdvance(text) * drawn + 2 * _MARGIN
