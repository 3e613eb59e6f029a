"""The command that gives a result on a layer again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from napari_mammoseg.commands import Command
from napari_mammoseg.findings import Box
from napari_mammoseg.gui.layers.image_layers import facts_of
from napari_mammoseg.gui.layers.layer_spacing import BY_SCALE

if TYPE_CHECKING:
    from napari.layers import Image


def command_on(
    layer: Image, pipeline: str, values: Mapping[str, Any], device: str, boxes: tuple[Box, ...] | None = None
) -> Command:
    """With the spacing where it was given by hand."""
    facts = facts_of(layer)
    spacing = facts["spacing"] if facts["spacing_source"] in ("given", BY_SCALE) else None
    return Command(pipeline, facts.get("path"), facts["name"], dict(values), spacing, device, boxes)
