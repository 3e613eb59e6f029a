"""What a dock has more whose marks a person reads: the bar, its keys and their list, and readings that come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal
from qtpy.QtWidgets import QWidget

from napari_mammoseg.gui.key_help import KeyHelp
from napari_mammoseg.gui.keys import HELP, bind, unbind
from napari_mammoseg.gui.reading.bar import ReadingBar
from napari_mammoseg.gui.reading.keys import READING_KEYS
from napari_mammoseg.gui.reading.reopening import Reopening

if TYPE_CHECKING:
    from napari.components import ViewerModel


class DockReading(QObject):
    """`said(text, wrong)` tells what a person must know; `found(layer, Reading)` that an image was read before."""

    said = Signal(str, bool)
    found = Signal(object, object)

    def __init__(self, viewer: ViewerModel, dock: QWidget) -> None:
        super().__init__(dock)
        self._viewer = viewer
        self.bar, self.reopening, self.keys_help = ReadingBar(), Reopening(self), KeyHelp(dock)
        self.bar.said.connect(self.said)
        self.reopening.found.connect(self.found)
        self.reopening.refused.connect(lambda error: self.said.emit(str(error), True))
        bind(viewer, READING_KEYS, self.bar, dock)
        bind(viewer, [HELP], self.keys_help, dock)

    def let_go(self) -> None:
        """Keeps what is being typed and lets go of the viewer."""
        self.reopening.forget()
        self.keys_help.close()
        self.bar.show_result(None)
        unbind(self._viewer, self.bar, self.keys_help)
