"""The dock "Exam" of a window, opened where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from napari_mammoseg.exams.exam import Exam
from napari_mammoseg.gui.dock.preferences import PLUGIN

if TYPE_CHECKING:
    from napari_mammoseg.gui.exam.dock import ExamDock

DOCK = "Exam"
_DOCKS: WeakValueDictionary[int, ExamDock] = WeakValueDictionary()
"""The dock of each viewer, by the viewer's id."""


def show_exams(exams: Sequence[Exam], left_out: int) -> None:
    """Lists the exams in the dock of the present window, if there is one; the first is being opened.

    left_out: how many files of the folder are no images.
    """
    from napari import current_viewer

    viewer = current_viewer()
    if viewer is None:
        return
    dock = _DOCKS.get(id(viewer))
    if dock is None or dock.gone:
        _, dock = viewer.window.add_plugin_dock_widget(PLUGIN, DOCK)
    dock.expect(exams, left_out)


def register(dock: ExamDock) -> None:
    """Says that `dock` is its viewer's."""
    _DOCKS[id(dock.viewer)] = dock
