"""Dock "Window presets": the windows that the file brings, by the names its maker gave them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from qtpy.QtCore import QSignalBlocker
from qtpy.QtWidgets import QCheckBox, QComboBox, QFormLayout, QLabel, QWidget

from napari_mammoseg.gui.dock.dock_window import DockWidget
from napari_mammoseg.gui.exam.windows import invert, is_inverted
from napari_mammoseg.gui.layers.layer_spacing import KEY
from napari_mammoseg.gui.layers.windows import presets, shown
from napari_mammoseg.gui.widgets.image_choice import ImageChoice
from napari_mammoseg.mammogram import Window

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image


class WindowPresets(DockWidget):
    """Shows the chosen image through one of its windows, light on dark or dark on light."""

    def __init__(self, napari_viewer: ViewerModel, parent: QWidget | None = None) -> None:
        super().__init__(napari_viewer, parent)
        self.choice = ImageChoice(self.viewer)
        self.windows = QComboBox()
        self.windows.setPlaceholderText("set by hand")
        self.windows.setToolTip("The range of values that is shown: as the file's maker named it, or a plain one")
        self.inverted = QCheckBox("Inverted (dense is dark)")
        self.inverted.setToolTip("Shows dense tissue dark on light")
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        self._presets: list[Window] = []
        content = QWidget()
        form = QFormLayout(content)
        form.addRow("Image", self.choice)
        form.addRow("Window", self.windows)
        form.addRow(self.inverted)
        form.addRow(self.facts)
        self.lay_out(content)
        self.choice.changed.connect(self._on_image)
        self.windows.activated.connect(self.apply)
        self.inverted.toggled.connect(self.apply)
        self._on_image()

    def choose(self, explanation: str) -> None:
        """Shows the image through the window of that name."""
        self.windows.setCurrentText(explanation)
        self.apply()

    def apply(self, *_: Any) -> None:
        """Shows the image as the dock says."""
        layer = self.choice.image
        if layer is None or not self._presets:
            return
        chosen = self.windows.currentIndex()
        if chosen < 0:
            invert([layer], self.inverted.isChecked())
            return
        window = self._presets[chosen]
        for name, value in shown(window, self.inverted.isChecked()).items():
            setattr(layer, name, value)
        layer.metadata = {**layer.metadata, KEY: {**layer.metadata.get(KEY, {}), "window": window.explanation}}

    def _disconnect(self) -> None:
        self.choice.let_go()

    def _on_image(self) -> None:
        layer = self.choice.image
        self.windows.clear()
        self.facts.clear()
        self._presets = []
        if layer is None or layer.rgb:
            return
        stored = layer.metadata.get(KEY, {})
        self._presets = presets(np.asarray(layer.data), stored.get("windows", ()))
        self.windows.addItems([each.explanation for each in self._presets])
        self.windows.setCurrentIndex(self._shown_on(layer, stored.get("window", "")))
        with QSignalBlocker(self.inverted):
            self.inverted.setChecked(is_inverted(layer))
        self.facts.setText(_facts(stored))

    def _shown_on(self, layer: Image, name: str) -> int:
        """The number of the window called `name`, if the image is shown through it; -1 where another range was set."""
        limits = tuple(layer.contrast_limits)
        there = (each for each, window in enumerate(self._presets) if window.explanation == name)
        return next((each for each in there if np.allclose(shown(self._presets[each])["contrast_limits"], limits)), -1)


def _facts(stored: dict[str, Any]) -> str:
    """View, laterality and intent, as far as they are known."""
    known = (stored.get(name) for name in ("laterality", "view", "intent"))
    return " ".join(str(each) for each in known if each)
