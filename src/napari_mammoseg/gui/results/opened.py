"""A saved result and its image in the viewer, each of them once."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

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
    """Shows the image, if its file is not open yet, and the result on it as `show_on` does."""
    show_on(viewer, image_with(viewer, "path", image.path) or add(viewer, image_layers(image))[0], findings)


def show_on(viewer: ViewerModel, image: Image, findings: Findings) -> None:
    """Shows the result on its image, where the dock of its pipeline finds it; as the reader left it, if she read it.

    What is in the viewer already is brought to sight instead of added again. Raises InputError where the reading of it
    is damaged.
    """
    keep_rules(viewer)
    findings = from_file_of(image, findings)
    records = [each.metadata.get("mammoseg", {}) for each in marks_on(image, viewer.layers)]
    if findings.pipeline not in {each.get("pipeline") for each in records}:
        settings = findings.run.settings
        command = command_on(image, findings.pipeline, settings, findings.run.device, findings.run.boxes)
        result = show_and_keep(viewer, image, command, findings, float(settings.get("threshold", 0)))
        viewer.layers.selection.active = result.layers[0]  # an open dock shows the result of the layer that is active
        resume(result)
    viewer.layers.selection.active = image
    bring_to_sight(viewer, image)


def from_file_of(image: Image, findings: Findings) -> Findings:
    """The findings that know the file of `image` as theirs, wherever it was when they were saved."""
    path = facts_of(image).get("path")
    return findings if path is None else replace(findings, source=Path(path))


def image_with(viewer: ViewerModel, fact: str, value: Any) -> Image | None:
    """The image of which this is known (None: none)."""
    images = [each for each in viewer.layers if is_mammogram(each)]
    return next((each for each in images if value is not None and facts_of(each).get(fact) == value), None)
