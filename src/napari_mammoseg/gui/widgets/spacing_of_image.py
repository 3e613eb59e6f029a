"""The field of the pixel spacing for the chosen image, which follows it and whoever changes its pixels' size."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from qtpy.QtWidgets import QWidget

from napari_mammoseg.gui.layers.image_layers import mammogram_of
from napari_mammoseg.gui.layers.layer_spacing import first_spacing_of, set_spacing, spacing_of
from napari_mammoseg.gui.layers.view import same_view
from napari_mammoseg.gui.widgets.image_choice import ImageChoice
from napari_mammoseg.gui.widgets.spacing_field import SpacingField
from napari_mammoseg.tissue.spacing import check_typed

if TYPE_CHECKING:
    from napari.layers import Image


class SpacingOfImage(SpacingField):
    """Shows the spacing of the layer that `choice` has chosen; what is typed is the layer's from `use` on."""

    def __init__(self, choice: ImageChoice, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = choice
        self._heard: Image | None = None
        choice.changed.connect(self._on_image)
        self._on_image()

    def use(self, layer: Image) -> None:
        """Gives the layer the spacing that is wanted. Raises InputError if no mammogram can have it."""
        spacing, source = self.wanted
        if (spacing, source) == spacing_of(layer):
            return
        if spacing is not None:
            check_typed(replace(mammogram_of(layer), spacing=spacing, spacing_source=source))
        with same_view(self._choice.viewer, layer):
            set_spacing(layer, spacing, source)

    def let_go(self) -> None:
        """Lets go of the layer."""
        self._listen_to(None)

    def _on_image(self) -> None:
        self._listen_to(self._choice.image)
        self._follow()

    def _listen_to(self, layer: Image | None) -> None:
        for each, method in ((self._heard, "disconnect"), (layer, "connect")):
            for event in () if each is None else (each.events.scale, each.events.units):
                getattr(event, method)(self._follow)
        self._heard = layer

    def _follow(self, event: Any = None) -> None:
        layer = self._choice.image
        known = ((None, None),) if layer is None else (spacing_of(layer), first_spacing_of(layer))
        self.setEnabled(layer is not None)
        self.show_spacing(*known)
