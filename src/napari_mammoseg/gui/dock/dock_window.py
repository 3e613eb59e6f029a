"""Where docks stand: in a tab beside those of the plugin that are there, scrolled where the window is small."""

from __future__ import annotations

from qtpy.QtWidgets import QDockWidget, QFrame, QMainWindow, QScrollArea, QVBoxLayout, QWidget

from napari_mammoseg.gui.dock.message import Message
from napari_mammoseg.gui.dock.no_wheel import leave_the_wheel
from napari_mammoseg.gui.dock.preferences import PLUGIN

NOTICE = "For research only. Not a medical device."


def scrolled(dock: QWidget, content: QWidget) -> None:
    """Lays `content` out in `dock`, above the notice that every dock has."""
    area, column = QScrollArea(), QVBoxLayout(dock)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(content)
    column.setContentsMargins(4, 4, 4, 4)
    column.addWidget(area, 1)
    notice = Message()
    notice.say(NOTICE)
    column.addWidget(notice)
    leave_the_wheel(dock)


def stand_beside_others(dock: QWidget) -> None:
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
