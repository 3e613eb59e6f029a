"""The patches that a training of Valvano's networks put on a plane, as points; a click on one shows its patch."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_mammoseg.gui.notify import speaking
from napari_mammoseg.training.papers.valvano.patch_map import PatchMap, load

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image, Points

POINTS, CHOSEN = "patches by t-SNE", "patch"
COLOURS = {1: "#d62728", 2: "#ff9f1c", 3: "#8f5fbf", 4: "#1f77b4"}
SIDE = 100.0
"""The plane's side in the layer's pixels; a shown patch lies beside it, a third as large."""


def show_patches(path: str | Path, viewer: ViewerModel | None = None) -> ViewerModel:
    """Adds the patches of the file at `path` to `viewer` (None: a new window) and returns it.

    Raises InputError where the file holds no patches.
    """
    seen = load(Path(path))
    if viewer is None:
        from napari import Viewer

        viewer = Viewer()
    points = viewer.add_points(_on_the_plane(seen), **_looks(seen))

    def clicked(layer: Points, event: Any) -> None:
        index = layer.get_value(event.position, view_direction=event.view_direction, world=True)
        if index is not None:
            show_patch(viewer, seen, index)

    points.mouse_drag_callbacks.append(clicked)
    viewer.layers.selection.active = points
    return viewer


def show_patch(viewer: ViewerModel, seen: PatchMap, index: int) -> Image:
    """Shows patch number `index` beside the plane, in the place of the one shown before."""
    patch = seen.patches[index]
    said = f"C{seen.classes[index]}, error {seen.error[index]:.2f}"
    if CHOSEN in viewer.layers:
        layer = viewer.layers[CHOSEN]
        layer.data = patch
    else:
        active = viewer.layers.selection.active
        scale = SIDE / 3 / len(patch)
        layer = viewer.add_image(
            patch, name=CHOSEN, scale=(scale, scale), translate=(0, 1.1 * SIDE), contrast_limits=(0, 255)
        )
        viewer.layers.selection.active = active
    layer.metadata = {"index": int(index), "text": said}
    overlay = viewer.canvas.overlays.text
    overlay.text, overlay.visible = said, True
    return layer


def ask_and_show(viewer: ViewerModel) -> None:
    """Asks for the file that a training wrote and shows its patches."""
    from qtpy.QtWidgets import QFileDialog

    path, _ = QFileDialog.getOpenFileName(None, "Open the patches of a training", "", "Patches (*.safetensors)")
    if path:
        with speaking():
            show_patches(path, viewer)


def _on_the_plane(seen: PatchMap) -> np.ndarray:
    """The places, scaled into a square of SIDE."""
    low, high = seen.places.min(axis=0), seen.places.max(axis=0)
    return (seen.places - low) / max(float((high - low).max()), 1e-9) * SIDE


def _looks(seen: PatchMap) -> dict[str, Any]:
    return {
        "name": POINTS,
        "size": 1.2,
        "symbol": ["x" if wrong else "disc" for wrong in seen.wrong],
        "face_color": [COLOURS[int(number)] for number in seen.classes],
        "border_width": 0,
        "features": {
            "class": [f"C{number}" for number in seen.classes],
            "error": seen.error.round(3),
            "misclassified": seen.wrong,
        },
        "metadata": {"mammoseg": {"schema": "mammoseg.patches/1", "model": {"name": seen.model}}},
    }
