"""A mammogram and its findings in napari, from a script or a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.beside import let_the_window_draw
from napari_mammoseg.gui.layers.belonging import belonging
from napari_mammoseg.gui.layers.finding_layers import LayerData, finding_layers
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.layers.layer_spacing import placement
from napari_mammoseg.gui.layers.viewer_rules import keep_rules
from napari_mammoseg.mammogram import Mammogram

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Layer


def show(image: Mammogram, findings: Findings | None = None, viewer: ViewerModel | None = None) -> ViewerModel:
    """Adds the layers that a dock would make to `viewer` (also a headless ViewerModel; None: a new window).

    Returns the viewer.
    """
    viewer = viewer or _new_viewer()
    layers = image_layers(image)
    if findings is not None:
        layers = belonging([*layers, *finding_layers(findings, placement(image.spacing))])
    add(viewer, layers)
    keep_rules(viewer)
    return viewer


def add(viewer: ViewerModel, layers: list[LayerData]) -> list[Layer]:
    """Puts layer data on top of what `viewer` shows and says what a millimetre is; returns the layers.

    The window is drawn between two of them, each of which costs napari a tenth of a second.
    """
    from napari.layers import Layer

    added = []
    for each in layers:
        added.append(viewer.add_layer(Layer.create(*each)))
        let_the_window_draw()
    if any(str(layer.units[-1]) == "millimeter" for layer in added):
        viewer.canvas.overlays.scale_bar.visible = True
    return added


def _new_viewer() -> Any:
    from napari import Viewer

    return Viewer()
