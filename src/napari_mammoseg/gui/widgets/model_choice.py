"""Which model is used: one of the table, or a weights file."""

from __future__ import annotations

from pathlib import Path

from qtpy.QtCore import Qt, Signal
from qtpy.QtWidgets import QComboBox, QFileDialog, QHBoxLayout, QWidget

from napari_mammoseg import models
from napari_mammoseg.gui.notify import speaking
from napari_mammoseg.gui.widgets.buttons import small_button


class ModelChoice(QWidget):
    """The models for one task by name, and any weights file. Those without weights cannot be chosen.

    `changed()` tells that another one is chosen."""

    changed = Signal()

    def __init__(self, task: str, default: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._task = task
        self._names = QComboBox()
        self._names.setMinimumContentsLength(12)
        self._names.setToolTip("The network or the plain method that is used; `mammoseg models` describes each")
        for each in dict.fromkeys((default, *models.names(task))):
            self._offer(each, models.MODELS[each].summary if each in models.MODELS else "")
        self._names.currentIndexChanged.connect(lambda *_: self.changed.emit())
        file = small_button("…", "Weights from a .safetensors file", self._ask)
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
        place = self._names.count()
        self._names.addItem(f"{Path(name).name}{' (no weights yet)' if missing else ''}", name)
        self._names.setItemData(place, summary, Qt.ItemDataRole.ToolTipRole)
        if missing:
            self._names.setItemData(place, 0, Qt.ItemDataRole.UserRole - 1)  # Qt's role of an item's flags: none

    def _ask(self) -> None:
        path, _ = QFileDialog.getOpenFileName(self, "Weights", "", "Weights (*.safetensors)")
        if path:
            with speaking():
                self.choose(path)
