"""From the table to a finding's place on the image, and back."""

from __future__ import annotations

from typing import Any

import numpy as np

from napari_mammoseg.findings import Finding
from napari_mammoseg.gui.layers.finding_layers import area_colours
from napari_mammoseg.gui.layers.seen import bring_to_sight
from napari_mammoseg.gui.results.shown_result import ShownResult
from napari_mammoseg.kinds import BOXED

FIELD_MM, FIELD_PX = 25.0, 200.0
"""What is seen at least around a finding that was chosen in the table."""


def go_to(result: ShownResult, finding: Finding) -> None:
    """Moves the camera to the finding, and near enough to see it among its surroundings."""
    bring_to_sight(result.viewer, result.image)
    layer, camera = result.layers[-1], result.viewer.scene.camera
    camera.center = (0.0, *layer.data_to_world(finding.centroid)[-2:])
    row0, column0, row1, column1 = finding.box
    low, high = (np.asarray(layer.data_to_world(each))[-2:] for each in ((row0, column0), (row1, column1)))
    size = float(np.abs(high - low).max())
    pixel = size / max(row1 - row0, column1 - column0)
    field = max(2.5 * size, FIELD_MM if result.findings.image.spacing_mm else FIELD_PX * pixel)
    wanted = min(result.viewer.canvas.size) / field
    if not wanted / 3 <= camera.zoom <= wanted * 3:
        camera.zoom = wanted


def leave(result: ShownResult) -> None:
    """Marks the finding no longer that was selected, where one of another result is."""
    if result.selected is None:
        return
    result.selected = None
    if result.areas is not None:
        result.areas.colormap = area_colours(result.findings)
    for layer in result.boxes.values():
        layer.selected_data = set()
    result.colour_boxes()


def finding_at(result: ShownResult, position: Any) -> int | None:
    """The id of the finding at a position of the world: of a labelled pixel, else of the smallest box around it."""
    if not result.layers:
        return None
    row, column = np.rint(result.layers[-1].world_to_data(position)[-2:]).astype(int)
    mask = result.findings.mask
    if mask is not None and 0 <= row < mask.shape[0] and 0 <= column < mask.shape[1] and mask[row, column]:
        return int(mask[row, column])
    around = [each for each in result.findings.of_kind(*BOXED) if _contains(each, row, column)]
    return min(around, key=_area).id if around else None


def _contains(finding: Finding, row: int, column: int) -> bool:
    return finding.box[0] <= row < finding.box[2] and finding.box[1] <= column < finding.box[3]


def _area(finding: Finding) -> int:
    return (finding.box[2] - finding.box[0]) * (finding.box[3] - finding.box[1])
