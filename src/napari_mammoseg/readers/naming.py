"""View and side from the name that a data set gave an image."""

from __future__ import annotations

from dataclasses import replace

from napari_mammoseg.mammogram import Mammogram


def named(image: Mammogram, view: str | None, side: str | None) -> Mammogram:
    """The image with the view and side that its name says, and a note where the file says others."""
    pairs = ((view, image.view), (side, image.laterality))
    notes = [f"the file says {said}, its name {name}" for name, said in pairs if name and said and name != said]
    return replace(image, view=view or image.view, laterality=side or image.laterality, notes=(*image.notes, *notes))
