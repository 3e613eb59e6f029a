"""Keys of docks: bound to the viewer and to the dock, to the dock that is seen where several have the same key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from qtpy.QtCore import Qt
from qtpy.QtGui import QKeySequence, QShortcut
from qtpy.QtWidgets import QWidget

from napari_mammoseg.gui.layers.marks import MARKS_KEY

if TYPE_CHECKING:
    from napari.components import ViewerModel


@dataclass(frozen=True, slots=True)
class Key:
    """A key, the widget's method that it calls, and what it does. None of them is one of napari's own."""

    key: str
    action: str
    says: str


HELP = Key("F1", "help", "this list")
Bound = tuple[Sequence[Key], QWidget]
_BOUND: WeakKeyDictionary[ViewerModel, list[Bound]] = WeakKeyDictionary()


def bind(viewer: ViewerModel, keys: Sequence[Key], widget: QWidget, dock: QWidget) -> None:
    """From now on each key calls its method of `widget`, or of another one that has the key and is the one seen.

    In the picture and in `dock`. The key of all marks is the viewer's own, whatever docks are open.
    """
    _add_shortcuts(dock, keys, widget)
    _BOUND.setdefault(viewer, []).append((keys, widget))
    for each in keys:
        if each.key != MARKS_KEY:
            viewer.bind_key(each.key, _pressing(each.key), overwrite=True)


def unbind(viewer: ViewerModel, *widgets: QWidget) -> None:
    """Frees the keys of `widgets` in the picture, but those that another widget has, too."""
    bound = _BOUND.get(viewer, [])
    left = _BOUND[viewer] = [each for each in bound if each[1] not in widgets]
    kept = {each.key for keys, _ in left for each in keys} | {MARKS_KEY}
    for keys, _ in bound:
        for each in keys:
            if each.key not in kept:
                viewer.bind_key(each.key, None, overwrite=True)


def _pressing(key: str) -> Callable[[Any], None]:
    """A function with a name, which napari asks for."""

    def on_key(viewer: Any) -> None:
        _press(key, viewer)

    return on_key


def _press(key: str, viewer: Any) -> None:
    """Calls what has the key: of several widgets the one that is seen, else the one that was bound last."""
    model = getattr(viewer, "__wrapped__", viewer)
    found = [(each, widget) for keys, widget in reversed(_BOUND.get(model, [])) for each in keys if each.key == key]
    seen = [each for each in found if each[1].isVisible() and not each[1].visibleRegion().isEmpty()]
    for each, widget in (seen or found)[:1]:
        getattr(widget, each.action)()


def _add_shortcuts(dock: QWidget, keys: Sequence[Key], widget: QWidget) -> None:
    for each in keys:
        shortcut = QShortcut(QKeySequence(each.key.replace("-", "+")), dock, activated=getattr(widget, each.action))
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
