"""The keys of the dock "Exam": one row each, from which they are bound, listed in the window and in the documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qtpy.QtCore import Qt
from qtpy.QtGui import QKeySequence, QShortcut
from qtpy.QtWidgets import QWidget

from napari_mammoseg.gui.layers.marks import MARKS_KEY

if TYPE_CHECKING:
    from napari.components import ViewerModel


@dataclass(frozen=True, slots=True)
class Key:
    """A key, the dock's method that it calls, and what it does. None of them is one of napari's own."""

    key: str
    action: str
    says: str


KEYS = (
    Key("F1", "help", "this list"),
    Key("W", "toggle_alone", "the view under the mouse alone, and back to all"),
    Key("0", "actual_pixels", "one pixel of the image under the mouse for one of the screen"),
    Key(MARKS_KEY, "toggle_marks", "marks on and off"),
    Key("N", "toggle_names", "names of the views on and off"),
    Key("U", "toggle_ruler", "ruler: draw a line to measure; once more ends it"),
    Key("K", "toggle_linked", "windows linked, or each of its own"),
    Key("G", "toggle_inverted", "grey values inverted"),
    Key("Q", "toggle_prior", "the woman's last exam before this one beside it, and away"),
    Key("PageDown", "next_exam", "next exam of the list"),
    Key("PageUp", "previous_exam", "previous exam of the list"),
)


def bind(viewer: ViewerModel, actions: Any) -> None:
    """Binds every key to the method of `actions` that its row names."""
    for each in KEYS:
        viewer.bind_key(each.key, _calling(getattr(actions, each.action)), overwrite=True)


def unbind(viewer: ViewerModel) -> None:
    """Frees the keys, but that of the marks, which is every dock's."""
    for each in KEYS:
        if each.key != MARKS_KEY:
            viewer.bind_key(each.key, None, overwrite=True)


def add_shortcuts(dock: QWidget) -> None:
    """Binds every key while the focus is in the dock, too."""
    for each in KEYS:
        shortcut = QShortcut(QKeySequence(each.key), dock, activated=getattr(dock, each.action))
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)


def _calling(action: Callable[[], None]) -> Callable[[Any], None]:
    def on_key(viewer: Any) -> None:
        action()

    return on_key
