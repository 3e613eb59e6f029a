"""How near one looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from napari import Viewer


def actual_pixels(viewer: Viewer) -> None:
    """Zooms so that a pixel of the active (or topmost) image is a pixel of the screen."""
    images = [each for each in viewer.layers if each._type_string == "image"]
    active = viewer.layers.selection.active
    if images:
        layer = active if active in images else images[-1]
        viewer.scene.camera.zoom = 1 / (layer.scale[-1] * _screen_pixels_per_canvas_pixel())


def _screen_pixels_per_canvas_pixel() -> float:
    from qtpy.QtGui import QGuiApplication

    application = QGuiApplication.instance()
    return float(application.devicePixelRatio()) if isinstance(application, QGuiApplication) else 1.0
