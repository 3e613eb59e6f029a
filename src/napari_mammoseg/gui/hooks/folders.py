"""A folder that is opened: its latest exam hung, and the dock "Exam" with all of its exams."""

from __future__ import annotations

from pathlib import Path

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams import exams_below
from napari_mammoseg.exams.opening import open_places
from napari_mammoseg.gui.beside import beside_the_window
from napari_mammoseg.gui.dock.notify import tell
from napari_mammoseg.gui.exam.exam_layers import exam_layers
from napari_mammoseg.gui.exam.showing import show_exams
from napari_mammoseg.gui.layers.belonging import LayerData


def read_folder(folder: Path) -> list[LayerData]:
    """The layers of the latest exam in `folder`, hung. Where there is a window, its dock lists the others.

    What cannot be read is said in one line each. Raises InputError if no image is in it.
    """
    left_out: list[InputError] = []
    exams = beside_the_window(lambda: exams_below(folder, left_out.append))
    opened, refused = beside_the_window(lambda: open_places(exams[0].hung()))
    tell(refused)
    show_exams(exams, len(left_out))
    return beside_the_window(lambda: exam_layers(exams[0], opened)) if opened else []
