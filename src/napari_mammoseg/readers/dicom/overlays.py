"""Overlay planes (PS3.3 C.9.2): graphics over the picture. None is drawn; a note counts those that reach outside."""

from __future__ import annotations

from pydicom import Dataset
from pydicom.multival import MultiValue

from napari_mammoseg.readers.dicom.layout import Layout

_ROWS, _COLUMNS, _ORIGIN = 0x0010, 0x0011, 0x0050


def overlay_notes(data: Dataset, layout: Layout) -> list[str]:
    """One line about the overlay planes of the file, if it has any."""
    groups = _groups(data)
    if not groups:
        return []
    outside = sum(_reaches_outside(data, group, layout) for group in groups)
    planes = f"{len(groups)} overlay plane{'s' if len(groups) > 1 else ''} left out"
    return [f"{planes}, {outside} of them reaching outside the image" if outside else planes]


def _groups(data: Dataset) -> list[int]:
    groups = {tag.group for tag in data.keys()}  # noqa: SIM118
    return sorted(each for each in groups if 0x6000 <= each <= 0x60FF and each % 2 == 0)


def _reaches_outside(data: Dataset, group: int, layout: Layout) -> bool:
    rows, columns = _whole(data, group, _ROWS) or 0, _whole(data, group, _COLUMNS) or 0
    top, left = (_whole(data, group, _ORIGIN, place) or 0 for place in (0, 1))
    return top < 1 or left < 1 or top - 1 + rows > layout.rows or left - 1 + columns > layout.columns


def _whole(data: Dataset, group: int, element: int, place: int = 0) -> int | None:
    try:
        value = data[group << 16 | element].value
        return int(value[place] if isinstance(value, MultiValue) else value)
    except Exception:  # noqa: BLE001
        return None
