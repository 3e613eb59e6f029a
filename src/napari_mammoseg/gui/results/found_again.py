"""A run that finds again what a person has read already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.results.shown_result import ShownResult

if TYPE_CHECKING:
    from napari.layers import Image


def found_again(results: Iterable[ShownResult], image: Image, everything: Findings) -> ShownResult | None:
    """The result on `image` of which `everything` is the very same, and which a person read; None where there is none.

    It stays as she left it: a second one would show a copy of her reading, and each would be kept over the other.
    """
    read = (each for each in results if each.image is image and each.read is not each.everything and not each.corrected)
    there = (each for each in read if all(layer in each.viewer.layers for layer in each.layers))
    return next((each for each in there if _known(each.everything) == _known(everything)), None)


def _known(everything: Findings) -> tuple[Any, ...]:
    settings = {name: value for name, value in everything.run.settings.items() if name != "threshold"}
    return everything.image, everything.model, everything.findings, everything.run.boxes, settings
