"""A row's image and result in the viewer, each of them once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from napari_mammoseg.findings import Findings
from napari_mammoseg.gui.layers.image_layers import facts_of, image_layers, is_mammogram
from napari_mammoseg.gui.layers.seen import bring_to_sight, marks_on
from napari_mammoseg.gui.layers.viewer_rules import keep_rules
from napari_mammoseg.gui.reading.place import resume
from napari_mammoseg.gui.results.kept_results import show_and_keep
from napari_mammoseg.gui.results.layer_command import command_on
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram

if TYPE_CHECKING:
    from napari.components import ViewerModel
    from napari.layers import Image


def show_once(viewer: ViewerModel, image: Mammogram, findings: Findings) -> None:
    """Shows the result on its image, where the dock of its pipeline finds it; as the reader left it, if she read it.

    What is in the viewer already is brought to sight instead of added again. Raises InputError where the reading of it
    is damaged.
    """
    there = _open(viewer, image) or add(viewer, image_layers(image))[0]
    keep_rules(viewer)
    records = [each.metadata.get("mammoseg", {}) for each in marks_on(there, viewer.layers)]
    if findings.pipeline not in {each.get("pipeline") for each in records}:
        settings = findings.run.settings
        command = command_on(there, findings.pipeline, settings, findings.run.device, findings.run.boxes)
        resume(show_and_keep(viewer, there, command, findings, float(settings.get("threshold", 0))))
    viewer.layers.selection.active = there
    bring_to_sight(viewer, there)


def _open(viewer: ViewerModel, image: Mammogram) -> Image | None:
    """The layer that shows the image's file."""
    images = [each for each in viewer.layers if is_mammogram(each)]
    return next((each for each in images if image.path and facts_of(each).get("path") == image.path), None)
