"""A saved result that is opened or dropped as a file: its marks on its image."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.beside import beside_the_window
from napari_mammoseg.gui.layers.belonging import LayerData, belonging
from napari_mammoseg.gui.layers.finding_layers import finding_layers
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.layers.layer_spacing import placement
from napari_mammoseg.gui.results.opened import image_with, show_on
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import read
from napari_mammoseg.readers.results import read_findings

_FIRST = "open the image first, then the result again"


def read_result(path: Path) -> list[LayerData]:
    """The layers of the image and of the marks on it. In a window they are there when this returns, and none is left.

    An image that is open there is known by its content, wherever its file lies now. Raises InputError where the
    document holds no result, and where its image is neither open nor where it was.
    """
    from napari import current_viewer

    found, viewer = beside_the_window(partial(read_findings, path)), current_viewer()
    shown = None if viewer is None else image_with(viewer, "sha256", found.image.sha256)
    layers = [] if shown is not None else image_layers(beside_the_window(partial(_image_of, found, path)))
    if viewer is None:
        spacing = found.image.spacing_mm
        return belonging([*layers, *finding_layers(found, placement(spacing))])
    show_on(viewer, shown or add(viewer, layers)[0], found)
    return []


def _image_of(found: Findings, path: Path) -> Mammogram:
    if found.source is None:
        raise InputError(path, "does not say where its image lies", _FIRST)
    if not found.source.exists():
        raise InputError(path, f"is a result of {found.image.name}, which is no longer where it was", _FIRST)
    image = read(found.source, found.image.spacing_mm if found.image.spacing_source == "given" else None)
    if found.image.sha256 not in (None, image.sha256):
        raise InputError(path, f"is a result of another {found.image.name} than the one that lies there now", _FIRST)
    return image
