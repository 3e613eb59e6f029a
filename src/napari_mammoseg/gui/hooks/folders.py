"""A folder that is opened: its latest exam hung, and the dock "Exam" with all of its exams."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path

from napari_mammoseg.exams import Exam
from napari_mammoseg.exams.opening import open_places
from napari_mammoseg.gui.beside import beside_the_window
from napari_mammoseg.gui.exam.exam_layers import exam_layers
from napari_mammoseg.gui.exam.exam_list import exams_in
from napari_mammoseg.gui.exam.showing import show_exams
from napari_mammoseg.gui.hooks.opening import all_but_the_last
from napari_mammoseg.gui.layers.belonging import LayerData
from napari_mammoseg.gui.notify import tell
from napari_mammoseg.gui.preferences import preferences


def read_folder(folder: Path) -> list[LayerData]:
    """The layers of the latest exam in `folder`, hung. Where there is a window, its dock lists the others.

    First the headers are read, then the pixels of that exam, while the window is drawn. In a window the images are
    there already when this returns, one by one, so that it is drawn between them; what is left for napari to add is the
    layer of their names. What cannot be read is said in one line each. Raises InputError if no image is in it.
    """
    exams, left_out = beside_the_window(partial(_exams_in, folder))
    dock = show_exams(exams, left_out)
    opened, refused = beside_the_window(partial(open_places, exams[0].hung()))
    tell(refused)
    if not opened:
        if dock is not None:
            dock.telling.complain(" ".join(map(str, refused)))
        return []
    layers = beside_the_window(partial(exam_layers, exams[0], opened))
    return all_but_the_last(None if dock is None else dock.viewer, layers)


def _exams_in(folder: Path) -> tuple[list[Exam], int]:
    """The exams of a folder, and how many of its files are no images. Loads what their dock needs, too."""
    found = exams_in(folder)
    import_module("napari_mammoseg.gui.exam.dock")
    preferences()  # for which napari searches all plugins the first time
    return found
