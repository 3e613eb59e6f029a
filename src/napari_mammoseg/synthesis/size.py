"""How large a synthetic lesion is, as people read it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def said(record: Mapping[str, Any]) -> str:
    """The longer side that a record tells of: in mm, or in pixels where the image's spacing is unknown."""
    if record["size_mm"] is not None:
        return f"{record['size_mm']:g} mm"
    row0, column0, row1, column1 = record["box"]
    return f"{max(row1 - row0, column1 - column0)} pixels"
