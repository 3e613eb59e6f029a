"""Where a pipeline is to look: on the whole image, or in the boxes of a layer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import QTimer
from qtpy.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QWidget

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Box
from napari_mammoseg.gui.exam.names_layer import NAMES
from napari_mammoseg.gui.exam.ruler import RULER
from napari_mammoseg.gui.layers.belonging import belonging, token_of
from napari_mammoseg.gui.layers.image_layers import placement_of, size_of
from napari_mammoseg.gui.layers.seen import marks_on
from napari_mammoseg.gui.layers.style import COLOURS, line_width
from napari_mammoseg.gui.layers.transforms import between, moved
from napari_mammoseg.gui.show import add
from napari_mammoseg.writers.coco import box_of

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image, Layer, Shapes

WHOLE = "the whole image"


class Where(QWidget):
    """A choice that follows the viewer's layers of shapes, those of the dock Masses too, and a button to draw."""

    def __init__(self, viewer: ViewerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer = viewer
        self._offered: list[Shapes | None] = [None]
        self._names = QComboBox()
        self._names.setToolTip("The whole image, or the boxes of a layer: each holds one mass, loosely")
        self._names.setMinimumContentsLength(12)
        self._names.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.draw = QPushButton("Draw a box")
        self.draw.setToolTip("Draw a box loosely around a mass, in a layer of its own")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._names, 1)
        row.addWidget(self.draw)
        viewer.layers.events.inserted.connect(self._fill)
        viewer.layers.events.removed.connect(self._fill)
        viewer.layers.events.renamed.connect(self._fill)
        self._fill()

    @property
    def layer(self) -> Shapes | None:
        """The layer whose boxes are meant; None: the whole image."""
        return self._offered[self._names.currentIndex()]

    def choose(self, layer: Shapes | None) -> None:
        """Chooses the boxes of a layer; None: the whole image."""
        self._names.setCurrentIndex(self._offered.index(layer))

    def boxes_on(self, image: Image) -> tuple[Box, ...] | None:
        """The boxes in the pixels of `image`, cut at its sides; None for the whole image.

        Raises InputError where the layer has no box on the image.
        """
        if self.layer is None:
            return None
        to_image = between(self.layer, image)
        boxes = [_cut(box_of(moved(each, to_image).round(6)), image) for each in self.layer.data]
        inside = tuple(dict.fromkeys(each for each in boxes if each[0] < each[2] and each[1] < each[3]))
        if not inside:
            raise InputError(self.layer.name, "holds no box on the image", "draw one, or choose the whole image")
        return inside

    def start_drawing(self, image: Image) -> None:
        """Chooses a layer of `image` in which the person draws a rectangle: the one that is there, or a new one."""
        layer = self._drawn_on(image) or self._new(image)
        self.choose(layer)
        self._viewer.layers.selection.active = layer
        layer.mode = "add_rectangle"
        layer.events.data.connect(self._on_drawn)

    def let_go(self) -> None:
        """Lets go of the viewer."""
        self._viewer.layers.events.inserted.disconnect(self._fill)
        self._viewer.layers.events.removed.disconnect(self._fill)
        self._viewer.layers.events.renamed.disconnect(self._fill)

    def _on_drawn(self, event: Any) -> None:
        """One box is drawn, as asked for: the mouse moves the picture again."""
        if event.action == "added":
            event.source.events.data.disconnect(self._on_drawn)
            QTimer.singleShot(0, partial(setattr, event.source, "mode", "pan_zoom"))

    def _drawn_on(self, image: Image) -> Shapes | None:
        """The layer of drawn boxes that belongs to the image: the chosen one, if it does, else the uppermost."""
        offered = [each for each in marks_on(image, self._viewer.layers) if each.metadata.get(DRAWN)]
        return self.layer if self.layer in offered else next(reversed(offered), None)

    def _new(self, image: Image) -> Shapes:
        keywords = {
            **placement_of(image),
            "name": f"{image.name} / boxes",
            "metadata": {DRAWN: True},
            "edge_color": COLOURS["mass"],
            "edge_width": line_width(*size_of(image)),
            "face_color": "transparent",
            "ndim": 2,
        }
        (layer,) = add(self._viewer, belonging([([], keywords, "shapes")], token_of(image)))
        return layer

    def _fill(self) -> None:
        chosen = self.layer
        self._offered = [None, *(each for each in self._viewer.layers if _may_hold_boxes(each))]
        self._names.clear()
        self._names.addItems([WHOLE if each is None else each.name for each in self._offered])
        self._names.setCurrentIndex(self._offered.index(chosen) if chosen in self._offered else 0)


DRAWN = "mammoseg_boxes"
"""Marks the layers in which boxes are drawn for a run."""


def _cut(box: Box, image: Image) -> Box:
    rows, columns = size_of(image)
    return max(box[0], 0), max(box[1], 0), min(box[2], rows), min(box[3], columns)


def _may_hold_boxes(layer: Layer) -> bool:
    return layer._type_string == "shapes" and not {NAMES, RULER} & set(layer.metadata)
