"""Which exam an open layer is of: by its file, by what is recorded of it, or by its name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams.exam import ExamImage
from napari_mammoseg.exams.identity import identify
from napari_mammoseg.exams.naming import said_by
from napari_mammoseg.gui.layers.image_layers import facts_of

if TYPE_CHECKING:
    from napari.layers import Image


def identity_of(layer: Image) -> ExamImage:
    """What is known of the image that `layer` shows, whoever opened it."""
    facts: dict[str, Any] = facts_of(layer)
    path = facts.get("path") or layer.source.path
    try:
        known = identify(Path(path)) if path else ExamImage(Path(layer.name))
    except InputError:
        known = ExamImage(Path(layer.name))
    if known.place is not None:
        return known
    name = said_by(Path(layer.name))
    side = facts.get("laterality") or (None if name is None else name.laterality)
    view = facts.get("view") or (None if name is None else name.view)
    return ExamImage(known.path, side, view, patient=known.patient or facts.get("patient"), odd=known.odd)
