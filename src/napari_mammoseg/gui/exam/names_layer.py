"""The names of the views, written beside the breasts, and of those that are missing in their empty places."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from napari_mammoseg.exams.exam import Place
from napari_mammoseg.exams.layout import Extent
from napari_mammoseg.gui.layers.captions import CAPTIONED, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from napari.layers import Layer, Points

Named = tuple[Place, Extent, str]
NAMES = "mammoseg_names"
"""In the metadata of the layer of names: the role of the images that it names."""
PLACES_NAMED = "mammoseg_named"
"""In the metadata of that layer: the places that its points name, in their order; a title comes after them."""
COLOUR = "#ffb74d"
_ASIDE, _BELOW = 0.16, 0.06
"""Where a name stands in its place: of the width from the outer side, of the height from the top."""


def names_layer(
    names: Sequence[Named], role: str, unit: str, title: str | None = None
) -> tuple[Any, dict[str, Any], str]:
    """A layer of points of no size whose texts are the names; those of empty places stand in their middle.

    title: what is written above all of them.
    """
    places, texts = [_place(each) for each in names], [text for _, _, text in names]
    if title is not None:
        places, texts = [*places, _above([extent for _, extent, _ in names])], [*texts, title]
    keywords = {
        "name": "views" if role == "current" else "views of the prior",
        "features": {"text": texts},
        "text": TEXT,
        "size": 0.01,
        "opacity": 1.0,
        "face_color": "transparent",
        "border_color": COLOUR,
        "border_width": 0,
        "units": (unit, unit),
        "axis_labels": ("row", "column"),
        "metadata": {NAMES: role, CAPTIONED: True, PLACES_NAMED: [place for place, _, _ in names]},
    }
    return np.array(places).reshape(-1, 2), keywords, "points"


def names_in(layers: Iterable[Layer], role: str | None = None) -> list[Points]:
    """The layers of names, of one role or of all."""
    return [each for each in layers if NAMES in each.metadata and role in (None, each.metadata[NAMES])]


def _above(extents: Sequence[Extent]) -> tuple[float, float]:
    top, left, bottom, right = (each(extent[n] for extent in extents) for n, each in enumerate((min, min, max, max)))
    return top - 0.03 * (bottom - top), (left + right) / 2


def _place(named: Named) -> tuple[float, float]:
    place, (top, left, bottom, right), text = named
    if text.startswith("no "):
        return (top + bottom) / 2, (left + right) / 2
    aside = _ASIDE * (right - left)
    return top + _BELOW * (bottom - top), left + aside if place[0] == "R" else right - aside


def unname(layers: Iterable[Layer], places: Collection[Place]) -> None:
    """Takes the names of the current images in these places off the picture."""
    for each in names_in(layers, "current"):
        named = each.metadata[PLACES_NAMED]
        each.selected_data = {number for number, place in enumerate(named) if place in places}
        each.remove_selected()
        each.metadata = {**each.metadata, PLACES_NAMED: [place for place in named if place not in places]}


def show_names(layers: Iterable[Layer], shown: bool) -> None:
    """Shows or hides the names of the views."""
    for each in names_in(layers):
        each.visible = shown
