"""Readings: what persons made of results, as files, as the files of one reader, and as one table of all readers."""

from __future__ import annotations

from napari_mammoseg.readings.reading import Reading, open_reading, open_result
from napari_mammoseg.readings.shelf import Shelf

__all__ = ["Reading", "Shelf", "open_reading", "open_result"]
