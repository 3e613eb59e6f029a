"""One key that hides everything this plugin has drawn on the images, and shows it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_mammoseg.gui.layers.hiding import at_once, hide, reveal
from napari_mammoseg.gui.layers.layer_spacing import KEY, SCHEMA

if TYPE_CHECKING:
    from napari.components import ViewerModel

MARKS_KEY = "H"


def toggle_marks(viewer: ViewerModel) -> None:
    """Hides all results and truths; shows again those that it hid."""
    marks = [each for each in viewer.layers if each.metadata.get(KEY, {}).get("schema", SCHEMA) != SCHEMA]
    change = hide if any(each.visible for each in marks) else reveal
    with at_once(viewer):
        for each in marks:
            change(each, "key")


def bind_marks_key(viewer: ViewerModel) -> None:
    """Binds the key to `viewer`, once."""
    viewer.bind_key(MARKS_KEY, _on_key, overwrite=True)


def _on_key(viewer: Any) -> None:
    toggle_marks(viewer)
