"""Dock "Mass outlines"."""

from __future__ import annotations

from napari_mammoseg.gui.dock.dock import PipelineDock


class MassOutlines(PipelineDock):
    """Outlines of masses, in drawn boxes or wherever masses are found."""

    pipeline = "segment"
