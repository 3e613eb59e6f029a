"""What happens in the window when napari opens files with this plugin."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from napari_mammoseg.gui.beside import prepare_docks
from napari_mammoseg.gui.exam.exam_layers import hung_in
from napari_mammoseg.gui.exam.names_layer import NAMES
from napari_mammoseg.gui.layers.belonging import LayerData
from napari_mammoseg.gui.layers.layer_spacing import KEY
from napari_mammoseg.gui.layers.seen import image_of
from napari_mammoseg.gui.layers.truth_layers import TRUTH
from napari_mammoseg.gui.layers.viewer_rules import keep_rules
from napari_mammoseg.gui.show import add

if TYPE_CHECKING:
    from napari import Viewer


def opened_here() -> None:
    """Keeps the rules of marks in the window, and selects the image, not what comes with it, when all is added.

    To be called when all is read, for the window draws meanwhile.
    """
    from napari import current_viewer
    from qtpy.QtCore import QTimer

    viewer = current_viewer()
    if viewer is not None:
        prepare_docks()
        keep_rules(viewer)
        QTimer.singleShot(0, partial(_select_image, viewer))


def all_but_the_last(viewer: Viewer | None, layers: list[LayerData]) -> list[LayerData]:
    """Adds the layers to the window but the last one, one by one, so that it is drawn between them.

    Returns what is left for napari to add; without a window that is everything.
    """
    if viewer is None:
        return layers
    add(viewer, layers[:-1])
    return layers[-1:]


def _select_image(viewer: Viewer) -> None:
    active = viewer.layers.selection.active
    if active is not None and active.metadata.get(KEY, {}).get("schema") == TRUTH:
        viewer.layers.selection.active = image_of(active, viewer.layers) or active
    elif active is not None and NAMES in active.metadata:
        viewer.layers.selection.active = next(iter(hung_in(viewer.layers).values()), active)
