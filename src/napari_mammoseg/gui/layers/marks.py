"""One key that hides everything this plugin has drawn on the images, and shows it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from napari_mammoseg.gui.layers.image_layers import KEY, SCHEMA

if TYPE_CHECKING:
    from napari.components import ViewerModel

MARKS_KEY = "H"


def toggle_marks(viewer: ViewerModel) -> None:
    """Hides all results and truths; shows again those that it hid."""
    marks = [each for each in viewer.layers if each.metadata.get(KEY, {}).get("schema", SCHEMA) != SCHEMA]
    visible = [each for each in marks if each.visible]
    for each in visible:
        each.visible = False
        each.metadata = {**each.metadata, KEY: {**each.metadata[KEY], _HIDDEN: True}}
    for each in () if visible else marks:
        hidden = each.metadata[KEY].get(_HIDDEN, False)
        each.visible = hidden
        each.metadata = {**each.metadata, KEY: {**each.metadata[KEY], _HIDDEN: False}}


def bind_marks_key(viewer: ViewerModel) -> None:
    """Binds the key to `viewer`, once."""
    viewer.bind_key(MARKS_KEY, _on_key, overwrite=True)


def _on_key(viewer: Any) -> None:
    toggle_marks(viewer)


_HIDDEN = "hidden_by_key"
