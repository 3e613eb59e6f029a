"""What a person chooses before a run: image, spacing, model, device and the pipeline's settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Signal
from qtpy.QtWidgets import QComboBox, QFormLayout, QWidget

from napari_mammoseg.findings import Box
from napari_mammoseg.gui.preferences import preferences
from napari_mammoseg.gui.widgets import settings_widgets
from napari_mammoseg.gui.widgets.folded import folded
from napari_mammoseg.gui.widgets.image_choice import ImageChoice
from napari_mammoseg.gui.widgets.model_choice import ModelChoice
from napari_mammoseg.gui.widgets.spacing_of_image import SpacingOfImage
from napari_mammoseg.gui.widgets.where import Where
from napari_mammoseg.pipelines import pipeline
from napari_mammoseg.settings import declared

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image

DEVICES = ("auto", "cpu", "cuda", "mps")
ELSEWHERE = ("model", "threshold", "cut")
"""Settings that have a place of their own in the dock."""


class Controls(QWidget):
    """The form above the button Run.

    `image_changed()` tells that another image is chosen, `settings_changed()` that a setting or the model is."""

    image_changed = Signal()
    settings_changed = Signal()

    def __init__(self, viewer: ViewerModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        settings = pipeline(name).settings
        self.choice = ImageChoice(viewer)
        self.where = Where(viewer) if pipeline(name).takes_boxes else None
        self.spacing = SpacingOfImage(self.choice)
        self.model = ModelChoice(name, _default(settings, "model"))
        self.device = QComboBox()
        self.device.addItems(DEVICES)
        self.device.setCurrentText(preferences().device)
        self.device.setToolTip("Where the networks run; auto takes a graphics card where there is one")
        self.form = settings_widgets.settings_widgets(settings, without=ELSEWHERE)
        self._lay_out()
        self.choice.changed.connect(self.image_changed)
        self.model.changed.connect(self.settings_changed)
        self.form.changed.connect(lambda *_: self.settings_changed.emit())

    @property
    def image(self) -> Image | None:
        """The chosen layer."""
        return self.choice.image

    @property
    def values(self) -> dict[str, Any]:
        """Every setting but the threshold."""
        return {"model": self.model.name, **settings_widgets.values(self.form)}

    @property
    def boxes(self) -> tuple[Box, ...] | None:
        """Where to look on the chosen image; None: everywhere. Raises InputError where no box is on it."""
        return None if self.where is None or self.image is None else self.where.boxes_on(self.image)

    def let_go(self) -> None:
        """Lets go of the viewer and its layers."""
        self.spacing.let_go()
        self.choice.let_go()
        if self.where is not None:
            self.where.let_go()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow("Image", self.choice)
        if self.where is not None:
            form.addRow("Where", self.where)
        form.addRow("Spacing", self.spacing)
        form.addRow("Model", self.model)
        form.addRow("Device", self.device)
        if len(self.form):
            form.addRow(folded("Settings", "Further settings of the search", self.form.native))


def _default(settings: type, name: str) -> Any:
    return next(each.default for each in declared(settings) if each.name == name)
