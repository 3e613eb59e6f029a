"""Dock "Classify"."""

from __future__ import annotations

from napari_mammoseg.gui.dock.dock import PipelineDock


class Classify(PipelineDock):
    """Benign or malignant, of drawn boxes or of the whole image."""

    pipeline = "classify"
