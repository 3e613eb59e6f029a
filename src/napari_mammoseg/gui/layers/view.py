"""How near one looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from napari import Viewer
    from napari.components import ViewerModel
    from napari.layers import Image, Layer


def actual_pixels(viewer: Viewer) -> None:
    """Zooms so that a pixel of the active (or topmost) image is a pixel of the screen."""
    images = [each for each in viewer.layers if each._type_string == "image"]
    active = viewer.layers.selection.active
    if images:
        layer = active if active in images else images[-1]
        viewer.scene.camera.zoom = 1 / (layer.scale[-1] * _screen_pixels_per_canvas_pixel())


@contextmanager
def same_view(viewer: ViewerModel, layer: Image) -> Iterator[None]:
    """What is seen of `layer` stays, as large as it is, while its pixels are given another size.

    Beside other images, which keep theirs, what is seen of all of them stays.
    """
    if any(_is_beside(each, layer) for each in viewer.layers):
        yield
        return
    camera = viewer.scene.camera
    before = (*(0.0,) * (layer.ndim - 2), *camera.center[-2:])
    middle, size = layer.world_to_data(before), np.abs(layer.scale[-1])
    yield
    camera.zoom *= size / np.abs(layer.scale[-1])
    camera.center = (*camera.center[:-2], *layer.data_to_world(middle)[-2:])


def _is_beside(other: Layer, layer: Image) -> bool:
    """Whether the other is an image that can be seen where `layer` is not."""
    if other._type_string != "image" or not other.visible:
        return False
    (low, high), (first, last) = other.extent.world[:, -2:], layer.extent.world[:, -2:]
    return bool((high < first).any() or (low > last).any())


def _screen_pixels_per_canvas_pixel() -> float:
    from qtpy.QtGui import QGuiApplication

    application = QGuiApplication.instance()
    return float(application.devicePixelRatio()) if isinstance(application, QGuiApplication) else 1.0
