"""What every dock of the plugin does: where it stands, how it scrolls, and when it lets go of the viewer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QEvent, QObject, QSize
from qtpy.QtGui import QShowEvent
from qtpy.QtWidgets import QDockWidget, QFrame, QMainWindow, QScrollArea, QVBoxLayout, QWidget

from napari_mammoseg.gui.preferences import PLUGIN
from napari_mammoseg.gui.widgets.message import Message
from napari_mammoseg.gui.widgets.no_wheel import leave_the_wheel

if TYPE_CHECKING:
    from napari.components import ViewerModel

NOTICE = "For research only. Not a medical device."
WIDTH_PX = 380
"""The least width of a dock."""


class DockWidget(QWidget):
    """A dock of `napari_viewer`: scrolled where the window is small, and a tab beside the plugin's other docks."""

    def __init__(self, napari_viewer: ViewerModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.viewer: ViewerModel = getattr(napari_viewer, "__wrapped__", napari_viewer)
        self._gone = False

    def lay_out(self, content: QWidget) -> None:
        """Shows `content` above the notice that every dock has."""
        area, column = _Scrolled(), QVBoxLayout(self)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(content)
        column.setContentsMargins(4, 4, 4, 4)
        column.addWidget(area, 1)
        notice = Message()
        notice.say(NOTICE)
        column.addWidget(notice)
        leave_the_wheel(self)

    def let_go(self) -> None:
        """Stops what runs and lets go of the viewer, once; the layers stay."""
        if not self._gone:
            self._gone = True
            self._disconnect()

    def _disconnect(self) -> None:
        """What a dock does when it lets go."""

    def showEvent(self, event: QShowEvent) -> None:
        """Stands beside the plugin's other docks."""
        super().showEvent(event)
        _stand_beside_others(self)

    def event(self, event: QEvent) -> bool:
        """Lets go when the window closes or removes the dock."""
        removed = event.type() == QEvent.Type.ParentChange and self.parent() is None
        if removed or event.type() == QEvent.Type.Close:
            self.let_go()
        return super().event(event)


class _Scrolled(QScrollArea):
    """Is never narrower than what it shows, with the scroll bar beside it."""

    def minimumSizeHint(self) -> QSize:
        shown, bar = self.widget(), self.verticalScrollBar()
        needed = 0 if shown is None or bar is None else shown.minimumSizeHint().width() + bar.sizeHint().width()
        return super().minimumSizeHint().expandedTo(QSize(max(WIDTH_PX, needed), 0))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hears of what it shows, which may need another width now."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


def stacked(*parts: QWidget, stretched: QWidget) -> QWidget:
    """The parts of a dock below each other; `stretched` takes what room is left."""
    content = QWidget()
    column = QVBoxLayout(content)
    column.setContentsMargins(0, 0, 0, 0)
    for each in parts:
        column.addWidget(each, 1 if each is stretched else 0)
    return content


def _stand_beside_others(dock: QWidget) -> None:
    """Makes `dock` a tab of the plugin's other docks in its window, in front of them."""
    frame, window = _around(dock, QDockWidget), _around(dock, QMainWindow)
    if not isinstance(frame, QDockWidget) or not isinstance(window, QMainWindow) or window.tabifiedDockWidgets(frame):
        return
    others = [each for each in window.findChildren(QDockWidget) if PLUGIN in each.windowTitle() and each.isVisible()]
    area = window.dockWidgetArea(frame)
    beside = [each for each in others if each is not frame and window.dockWidgetArea(each) == area]
    if beside and not frame.isFloating():
        window.tabifyDockWidget(beside[0], frame)
        frame.show()
        frame.raise_()


def _around(widget: QWidget, kind: type[QWidget]) -> QWidget | None:
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, kind):
        parent = parent.parentWidget()
    return parent
