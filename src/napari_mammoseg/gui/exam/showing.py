"""The dock "Exam" of the present window, opened where it is not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from napari_mammoseg.exams.exam import Exam
from napari_mammoseg.gui.preferences import PLUGIN

if TYPE_CHECKING:
    from napari_mammoseg.gui.exam.dock import ExamDock

DOCK = "Exam"


def show_exams(exams: Sequence[Exam], left_out: int) -> ExamDock | None:
    """Lists the exams in the dock of the present window, if there is one; the first is being opened. Returns the dock.

    left_out: how many files of the folder are no images.
    """
    from napari import current_viewer

    viewer = current_viewer()
    if viewer is None:
        return None
    frame, dock = viewer.window.add_plugin_dock_widget(PLUGIN, DOCK)
    frame.show()
    frame.raise_()
    found: ExamDock = dock
    found.expect(exams, left_out)
    return found
