"""Where a synthetic lesion goes: to a healthy place that is chosen, or to one that a person shows in a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtWidgets import QComboBox, QWidget

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.layers.image_layers import placement_of, size_of
from napari_mammoseg.gui.layers.placing import place_on
from napari_mammoseg.gui.layers.style import line_width
from napari_mammoseg.gui.widgets.image_choice import ImageChoice

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image, Layer

CHOSEN, POINT, OUTLINE = "healthy tissue, chosen", "a point that I click", "an outline that I draw"
PLACES = {POINT: "Place of the lesion", OUTLINE: "Outline of the lesion"}
"""What the layers are called that a person clicks or draws in."""
PLACE = "mammoseg_place"
"""Marks these layers, whatever they are called later: it holds which of them it is."""
WIDTH_PX = 10


class LesionPlace(QComboBox):
    """The three ways to say where; the last two come with a layer to click or draw in."""

    def __init__(self, viewer: ViewerModel, choice: ImageChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._viewer, self._choice = viewer, choice
        self.addItems([CHOSEN, POINT, OUTLINE])
        self.setToolTip("Where the lesion is put: a healthy place that is chosen, or one that you show in the image")
        self.currentTextChanged.connect(self.offer)

    def offer(self, *_: Any) -> None:
        """Makes the layer to click or draw in ready for it, on the chosen image."""
        where, image = self.currentText(), self._choice.image
        if where == CHOSEN or image is None:
            return
        layer = self._offered(image) or self._new(image)
        self._viewer.layers.move(self._viewer.layers.index(layer), len(self._viewer.layers))
        self._viewer.layers.selection.active = layer
        layer.mode = "add" if where == POINT else "paint"

    def on(self, image: Image) -> dict[str, Any]:
        """What `synthesize` is told of the place. Raises InputError where nothing was clicked or drawn."""
        where = self.currentText()
        if where == CHOSEN:
            return {}
        drawn = self._layer
        if drawn is None or not len(drawn.data):
            raise InputError(PLACES[where], "holds nothing", "click or draw where the lesion shall be")
        if where == OUTLINE:
            return {"mask": np.asarray(drawn.data)}
        drawn.data = drawn.data[-1:]  # what stays in sight is the point that counts
        row, column = image.world_to_data(drawn.data_to_world(drawn.data[0]))[-2:]
        return {"at": (float(row), float(column))}

    def follow(self, image: Image) -> None:
        """Puts what was clicked or drawn where `image` lies now."""
        if self._layer is not None:
            place_on(self._layer, image)

    @property
    def _layer(self) -> Layer | None:
        """The layer to click or draw in, if there is one."""
        where = self.currentText()
        return next((each for each in self._viewer.layers if each.metadata.get(PLACE) == where), None)

    def _offered(self, image: Image) -> Layer | None:
        """The layer, if it is there already; an outline that was begun on an image of another size is removed."""
        layer = self._layer
        if layer is not None and self.currentText() == OUTLINE and layer.data.shape != size_of(image):
            self._viewer.layers.remove(layer)
            return None
        return layer

    def _new(self, image: Image) -> Layer:
        where = self.currentText()
        keywords = {"name": PLACES[where], "metadata": {PLACE: where}, **placement_of(image)}
        if where == POINT:
            hollow = {"face_color": "transparent", "border_color": "white", "border_width": 0.2}
            return self._viewer.add_points(np.empty((0, 2)), size=WIDTH_PX, **hollow, **keywords)
        layer = self._viewer.add_labels(np.zeros(size_of(image), np.uint8), **keywords)
        layer.brush_size = WIDTH_PX
        layer.contour = round(line_width(*size_of(image)))
        return layer
