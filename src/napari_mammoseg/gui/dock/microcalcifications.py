"""Dock "Microcalcifications"."""

from __future__ import annotations

from napari_mammoseg.gui.dock.dock import PipelineDock


class Microcalcifications(PipelineDock):
    """Single calcifications and their clusters."""

    pipeline = "calcifications"
