"""Files and folders that are opened, dropped or given to `viewer.open`, as layers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_mammoseg.gui.beside import beside_the_window
from napari_mammoseg.gui.hooks.folders import read_folder
from napari_mammoseg.gui.hooks.opening import opened_here
from napari_mammoseg.gui.hooks.saved_results import read_result
from napari_mammoseg.gui.layers.image_layers import LayerData, image_layers
from napari_mammoseg.gui.notify import speaking
from napari_mammoseg.readers import read

if TYPE_CHECKING:
    from napari import Viewer

Paths = str | Sequence[str]
NOTHING: list[Any] = [(None,)]
"""What tells napari that a file was dealt with and gives no layer."""


def read_layers(path: Paths) -> list[LayerData]:
    """The layers of the mammograms at `path`; of a folder, those of its latest exam; of a result, its image's, too.

    One that cannot be read is said in one line; the others are read.
    """
    layers: list[LayerData] = []
    for each in [path] if isinstance(path, str) else path:
        with speaking():
            layers += _of_path(Path(each))
    opened_here()
    return layers or NOTHING


def _of_path(path: Path) -> list[LayerData]:
    if path.is_dir():
        return read_folder(path)
    return read_result(path) if path.suffix.lower() == ".json" else beside_the_window(partial(_of_file, path))


def _of_file(path: Path) -> list[LayerData]:
    return image_layers(read(path))


def ask_and_open(viewer: Viewer) -> None:
    """Asks for files whatever they are called, as DICOM files often have no ending, and opens them."""
    from qtpy.QtWidgets import QFileDialog

    from napari_mammoseg.gui.show import add

    paths, _ = QFileDialog.getOpenFileNames(None, "Open mammograms")
    layers = read_layers(paths) if paths else NOTHING
    if layers is not NOTHING:
        add(viewer, layers)
