"""Dock "Masses"."""

from __future__ import annotations

from napari_mammoseg.gui.dock.dock import PipelineDock


class Masses(PipelineDock):
    """Masses, benign or malignant, which a person reads."""

    pipeline = "masses"
