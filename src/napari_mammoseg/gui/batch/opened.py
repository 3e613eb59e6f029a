"""A row's image and result in the viewer, each of them once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.layers.belonging import belonging, token_of
from napari_mammoseg.gui.layers.finding_layers import finding_layers
from napari_mammoseg.gui.layers.image_layers import facts_of, is_mammogram, placement_of
from napari_mammoseg.gui.layers.seen import bring_to_sight, marks_on
from napari_mammoseg.gui.show import add, show
from napari_mammoseg.mammogram import Mammogram

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image


def show_once(viewer: ViewerModel, image: Mammogram, findings: Findings) -> None:
    """Shows the result on its image; what is in the viewer already is brought to sight instead of added again."""
    there = _open(viewer, image)
    if there is None:
        show(image, findings, viewer)
        return
    records = [each.metadata.get("mammoseg", {}) for each in marks_on(there, viewer.layers)]
    if findings.pipeline not in {each.get("pipeline") for each in records}:
        add(viewer, belonging(finding_layers(findings, placement_of(there)), token_of(there)))
    viewer.layers.selection.active = there
    bring_to_sight(viewer, there)


def _open(viewer: ViewerModel, image: Mammogram) -> Image | None:
    """The layer that shows the image's file."""
    images = [each for each in viewer.layers if is_mammogram(each)]
    return next((each for each in images if image.path and facts_of(each).get("path") == image.path), None)
