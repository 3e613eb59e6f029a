"""Which of the viewer's images is meant: a box that follows the viewer's layers and the active one or its image."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QSizePolicy, QWidget

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui.layers.image_layers import is_mammogram
from napari_mammoseg.gui.layers.layer_spacing import KEY
from napari_mammoseg.gui.layers.seen import image_of

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image


class ImageChoice(QComboBox):
    """Every image layer that can be analysed. `changed()` tells that another one is chosen."""

    changed = Signal()

    def __init__(self, viewer: ViewerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip("The image that is meant; it follows the selected layer")
        self.viewer = viewer
        self._images: list[Image] = []
        self._told: Image | None = None
        self._gone = False
        viewer.layers.events.inserted.connect(self._fill)
        viewer.layers.events.removed.connect(self._fill)
        viewer.layers.events.renamed.connect(self._fill)
        viewer.layers.selection.events.active.connect(self._follow)
        self.currentIndexChanged.connect(self._tell)
        self._fill()
        self._follow()

    @property
    def image(self) -> Image | None:
        """The chosen layer."""
        index = self.currentIndex()
        return self._images[index] if 0 <= index < len(self._images) else None

    @property
    def complaint(self) -> InputError:
        """Why there is none to choose."""
        others = [each for each in self.viewer.layers if each._type_string == "image" and not is_mammogram(each)]
        strange = next((each for each in reversed(others) if each.metadata.get(KEY) is None), None)
        if strange is None:
            return NothingOpen("the window", "holds no mammogram", "open one first")
        wrong = f"has {strange.ndim} dimensions, not the two of a mammogram or the three of a stack of slices"
        return InputError(strange.name, wrong, "open one image of it")

    def choose(self, layer: Image) -> None:
        """Chooses `layer`, if it is offered."""
        if layer in self._images:
            self.setCurrentIndex(self._images.index(layer))

    def let_go(self) -> None:
        """Lets go of the viewer, once."""
        if self._gone:
            return
        self._gone = True
        self.viewer.layers.events.inserted.disconnect(self._fill)
        self.viewer.layers.events.removed.disconnect(self._fill)
        self.viewer.layers.events.renamed.disconnect(self._fill)
        self.viewer.layers.selection.events.active.disconnect(self._follow)

    def _fill(self) -> None:
        chosen = self.image
        self._images = [each for each in self.viewer.layers if is_mammogram(each)]
        self.blockSignals(True)
        self.clear()
        self.addItems([each.name for each in self._images])
        self.setCurrentIndex(self._images.index(chosen) if chosen in self._images else len(self._images) - 1)
        self.blockSignals(False)
        self._tell()

    def _follow(self) -> None:
        image = image_of(self.viewer.layers.selection.active, self._images)
        if image is not None:
            self.choose(image)

    def _tell(self) -> None:
        if self.image is not self._told:
            self._told = self.image
            self.changed.emit()


class NothingOpen(InputError):
    """What a person asked for needs an image, and none is open."""

    def __str__(self) -> str:
        return "No mammogram is open: open one first"
