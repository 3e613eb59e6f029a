"""The size of a pixel in OME-XML, the description in an OME-TIFF (the OME data model's `Pixels` element)."""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

from napari_mammoseg.readers.spacing import Measured, from_length, unit_mm

_SIZES = ("PhysicalSizeY", "PhysicalSizeX")  # rows, columns
_UNIT = "µm"  # where the file names none


def pixel_size(description: str) -> Measured | None:
    """What the OME-XML `description` says of its first image; None where it says no size."""
    try:
        elements = ElementTree.fromstring(description).iter()
    except (ElementTree.ParseError, ValueError):
        return Measured(notes=("its OME-XML cannot be read",))
    pixels = next((each.attrib for each in elements if each.tag.rpartition("}")[2] == "Pixels"), {})
    said = [f"{pixels[name]} {_unit(pixels, name)}" for name in _SIZES if name in pixels]
    if not said:
        return None
    rows, columns = (_millimetres(pixels, name) for name in _SIZES)
    if rows is None or columns is None:
        return Measured(notes=(f"its OME-XML gives no size of rows and columns, but {' x '.join(said)}",))
    return from_length((rows, columns), "OME-XML")


def _unit(pixels: Mapping[str, str], name: str) -> str:
    return pixels.get(f"{name}Unit", _UNIT)


def _millimetres(pixels: Mapping[str, str], name: str) -> float | None:
    """The size, or None where its number or its unit is none."""
    unit = unit_mm(_unit(pixels, name))
    try:
        return None if unit is None else float(pixels[name]) * unit
    except (KeyError, ValueError):
        return None
