"""What a person chooses before a run: image, spacing, model, device and the pipeline's settings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QFileDialog, QFormLayout, QHBoxLayout, QToolButton, QWidget
from superqt import QCollapsible

from napari_mammoseg import models
from napari_mammoseg.gui.dock import settings_widgets
from napari_mammoseg.gui.dock.image_choice import ImageChoice
from napari_mammoseg.gui.dock.preferences import preferences
from napari_mammoseg.gui.dock.spacing_field import SpacingField
from napari_mammoseg.gui.layers.image_layers import mammogram_of
from napari_mammoseg.gui.layers.layer_spacing import first_spacing_of, set_spacing, spacing_of
from napari_mammoseg.pipelines import pipeline
from napari_mammoseg.settings import declared
from napari_mammoseg.tissue.spacing import check_typed

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image

DEVICES = ("auto", "cpu", "cuda", "mps")
ELSEWHERE = ("model", "threshold")
"""Settings that have a place of their own in the dock."""


class Controls(QWidget):
    """The form above the button Run. `image_changed()` tells that another image is chosen."""

    image_changed = Signal()

    def __init__(self, viewer: ViewerModel, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        settings = pipeline(name).settings
        self.choice = ImageChoice(viewer)
        self.spacing = SpacingField()
        self.model = ModelChoice(name, _default(settings, "model"))
        self.device = QComboBox()
        self.device.addItems(DEVICES)
        self.device.setCurrentText(preferences().device)
        self.form = settings_widgets.settings_widgets(settings, without=ELSEWHERE)
        self._heard: Image | None = None
        self._lay_out()
        self.choice.changed.connect(self._on_image)
        self._on_image()

    @property
    def image(self) -> Image | None:
        """The chosen layer."""
        return self.choice.image

    @property
    def values(self) -> dict[str, Any]:
        """Every setting but the threshold."""
        return {"model": self.model.name, **settings_widgets.values(self.form)}

    def use_spacing(self, layer: Image) -> None:
        """Gives the layer the spacing that is wanted. Raises InputError if no mammogram can have it."""
        spacing, source = self.spacing.wanted
        if (spacing, source) == spacing_of(layer):
            return
        if spacing is not None:
            check_typed(replace(mammogram_of(layer), spacing=spacing, spacing_source=source))
        set_spacing(layer, spacing, source)

    def let_go(self) -> None:
        """Lets go of the viewer and its layers."""
        self._listen_to(None)
        self.choice.let_go()

    def _lay_out(self) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.addRow("Image", self.choice)
        form.addRow("Spacing", self.spacing)
        form.addRow("Model", self.model)
        form.addRow("Device", self.device)
        if len(self.form):
            more = QCollapsible("Settings", expandedIcon="▾", collapsedIcon="▸")
            more.addWidget(self.form.native)
            form.addRow(more)

    def _on_image(self) -> None:
        self._listen_to(self.image)
        self._show_spacing()
        self.image_changed.emit()

    def _listen_to(self, layer: Image | None) -> None:
        """Whoever changes the size of the image's pixels: the field follows."""
        for each, method in ((self._heard, "disconnect"), (layer, "connect")):
            for event in () if each is None else (each.events.scale, each.events.units):
                getattr(event, method)(self._show_spacing)
        self._heard = layer

    def _show_spacing(self, event: Any = None) -> None:
        layer = self.image
        known = layer is not None and not layer.rgb
        self.spacing.show_spacing(*((spacing_of(layer), first_spacing_of(layer)) if known else ((None, None),)))


class ModelChoice(QWidget):
    """The models for one pipeline by name, and any weights file."""

    def __init__(self, task: str, default: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task = task
        self._names = QComboBox()
        self._names.setMinimumContentsLength(12)
        for each in dict.fromkeys((default, *models.names(task))):
            self._offer(each, models.MODELS[each].summary if each in models.MODELS else "")
        file = QToolButton()
        file.setText("…")
        file.setToolTip("Weights from a .safetensors file")
        file.clicked.connect(self._ask)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._names, 1)
        row.addWidget(file)

    @property
    def name(self) -> str:
        """The model's name, or the path of its weights."""
        return str(self._names.currentData())

    def choose(self, name: str) -> None:
        """Chooses a model by name or a weights file. Raises InputError if it does not exist or fit."""
        described = models.find(name, task=self._task)
        if self._names.findData(name) < 0:
            self._offer(name, described.summary)
        self._names.setCurrentIndex(self._names.findData(name))

    def _offer(self, name: str, summary: str) -> None:
        known = models.MODELS.get(name)
        missing = known is not None and known.network is not None and known.path is None
        self._names.addItem(f"{Path(name).name}{' (no weights)' if missing else ''}", name)
        self._names.setItemData(self._names.count() - 1, summary, Qt.ItemDataRole.ToolTipRole)

    def _ask(self) -> None:
        from napari_mammoseg.gui.dock.notify import speaking

        path, _ = QFileDialog.getOpenFileName(self, "Weights", "", "Weights (*.safetensors)")
        if path:
            with speaking():
                self.choose(path)


def _default(settings: type, name: str) -> Any:
    return next(each.default for each in declared(settings) if each.name == name)
