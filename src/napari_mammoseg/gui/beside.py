"""What would keep the window from drawing, done beside it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from threading import Thread
from types import ModuleType
from typing import TypeVar

Result = TypeVar("Result")
_TICK_MS = 10
_NEEDED_BY_LAYERS = ("pandas",)
"""What napari imports with the first layers of marks."""
_NEEDED_LATER = (
    "magicgui.backends._qtpy.widgets",
    "napari_mammoseg.gui.dock.dock",
    "napari_mammoseg.gui.exam.dock",
    "skimage.measure",
)
"""What docks import when they open."""


def beside_the_window(function: Callable[[], Result]) -> Result:
    """What `function` returns or raises. The window goes on drawing, and what a person presses meanwhile waits.

    In the window's thread `function` runs in another one, so it must leave Qt and the viewer alone; elsewhere it is
    just called.
    """
    from qtpy.QtCore import QCoreApplication, QEventLoop, QThread, QTimer

    application = QCoreApplication.instance()
    if application is None or QThread.currentThread() is not application.thread():
        return function()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(function)
        loop, timer = QEventLoop(), QTimer()
        timer.timeout.connect(lambda: loop.quit() if future.done() else None)
        timer.start(_TICK_MS)
        loop.exec(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
        timer.stop()
    return future.result()


def imported(name: str) -> ModuleType:
    """The module called `name`, imported beside the window."""
    return beside_the_window(lambda: import_module(name))


def let_the_window_draw() -> None:
    """Lets the window draw between two steps that only its own thread can do; what a person presses waits."""
    from qtpy.QtCore import QCoreApplication, QEventLoop

    if QCoreApplication.instance() is not None:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)


@cache
def prepare_layers() -> None:
    """Imports what the first layers need, and reads napari's table of units, beside the window."""
    beside_the_window(_prepare_layers)


@cache
def prepare_docks() -> None:
    """Begins to import what docks need and to read the preferences, once, and does not wait for it."""
    Thread(target=_prepare_docks, daemon=True, name="prepare docks").start()


def _prepare_docks() -> None:
    from napari_mammoseg.gui.preferences import preferences

    preferences()  # for which napari searches all plugins the first time
    for each in _NEEDED_LATER:
        import_module(each)


def _prepare_layers() -> None:
    import pint

    pint.get_application_registry().parse_expression("mm")
    for each in _NEEDED_BY_LAYERS:
        import_module(each)
