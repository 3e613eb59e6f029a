"""INbreast: `ID_HASH_MG_SIDE_VIEW_ANON.dcm` or `ID.png`, lesions in `ID.xml` (OsiriX), grades in `INbreast.csv`.

The XML lies beside the image or in `AllXML/` beside its folder; an image without one there has no lesion. Its points
are columns and rows of the original 0.07 mm pixels; a smaller copy of an image is recognised by its proportions. The
view "ML" of the names is MLO; HASH stands for the woman. Moreira et al 2012, Acad Radiol 19:236.
"""

from __future__ import annotations

import csv
import plistlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, Literal
from xml.parsers.expat import ExpatError

import numpy as np

from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.readers import raster, tiff
from napari_mammoseg.readers.companions import first
from napari_mammoseg.readers.naming import named

SPACING_MM = 0.07
SHAPES = ((4084, 3328), (3328, 2560))
"""Rows and columns of the two detector formats."""

_NAME = re.compile(r"(\d{8})(?:_([0-9a-f]{16})_MG_([LR])_(CC|MLO?|FB)_ANON)?", re.IGNORECASE)
_VIEWS = {"ML": "MLO"}
_LARGEST_XML = 50_000_000
_DAMAGE = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, ExpatError, OSError, RecursionError)
_KINDS: dict[str, Literal["mass", "calcification", "cluster"]] = {
    "mass": "mass",
    "calcification": "calcification",
    "calcifications": "calcification",
    "cluster": "cluster",
}


def accepts(path: Path, head: bytes) -> bool:
    name = _NAME.fullmatch(path.stem)
    if name is None or _reader(path, head) is None:
        return False
    return bool(name[2]) or first(_xml_places(path)) is not None or _grades(path) is not None


def read(path: Path) -> Mammogram:
    """The image with its lesions (points, contours), woman, view and grades."""
    with path.open("rb") as file:
        reader = _reader(path, file.read(4096))
    if reader is None:
        raise ValueError(f"{path.name} was not accepted")
    stored = reader.read(path)
    image = replace(_named(stored, path), format="INbreast")
    scale = _scale(image.rows, image.columns)
    if scale is None:
        note = "does not have the proportions of an INbreast image: spacing and truth were left open"
        return replace(image, notes=(*image.notes, note))
    if stored.spacing is None or stored.format != "DICOM":
        image = image.with_spacing((SPACING_MM / scale[0], SPACING_MM / scale[1]), "INbreast")
    return _with_truth(image, path, scale)


def _reader(path: Path, head: bytes) -> ModuleType | None:
    from napari_mammoseg.readers import dicom

    return next((each for each in (dicom, tiff, raster) if each.accepts(path, head)), None)


@dataclass(frozen=True, slots=True)
class Listed:
    """What an image's name and its row in `INbreast.csv` say; date: YYYY-MM."""

    laterality: str | None
    view: str | None
    patient: str | None
    date: str | None
    grades: Mapping[str, str]


def listed(path: Path) -> Listed:
    """What is known of the image at `path`, which the format accepted, without reading it."""
    number, woman, side, view = _NAME.fullmatch(path.stem).groups()  # type: ignore[union-attr]
    row = _row(path, number)
    side, view = (side or row.get("Laterality", "")).upper(), (view or row.get("View", "")).upper()
    grades = {"birads": row.get("Bi-Rads", ""), "density": row.get("ACR", "")}
    month = re.fullmatch(r"((?:19|20)\d\d)-?(\d\d)", row.get("Acquisition date", ""))
    return Listed(
        side or None,
        _VIEWS.get(view, view) or None,
        f"inbreast-{woman.lower()}" if woman else None,
        f"{month[1]}-{month[2]}" if month else None,
        {name: value for name, value in grades.items() if value},
    )


def _named(image: Mammogram, path: Path) -> Mammogram:
    """The image with what its name and its row in `INbreast.csv` say."""
    said = listed(path)
    image = replace(named(image, said.view, said.laterality), properties={**image.properties, **said.grades})
    return replace(image, patient=said.patient or image.patient)


def _row(path: Path, number: str) -> dict[str, str]:
    grades = _grades(path)
    if grades is None:
        return {}
    try:
        with grades.open(newline="", encoding="utf-8-sig", errors="replace") as file:
            rows = list(csv.DictReader(file, delimiter=";"))
    except (OSError, csv.Error):
        return {}
    row = next((each for each in rows if (each.get("File Name") or "").strip() == number), {})
    return {key: (value or "").strip() for key, value in row.items() if key}


def _grades(path: Path) -> Path | None:
    return first(folder / "INbreast.csv" for folder in (path.parent, path.absolute().parent.parent))


def _xml_places(path: Path) -> tuple[Path, ...]:
    name = f"{path.stem[:8]}.xml"
    return path.with_name(name), path.parent / "AllXML" / name, path.absolute().parent.parent / "AllXML" / name


def _scale(rows: int, columns: int) -> tuple[float, float] | None:
    """Pixels of the image per pixel of the original, down and across; None if it is not a copy of an INbreast image."""
    for original in SHAPES:
        scale = rows / original[0], columns / original[1]
        if abs(scale[0] / scale[1] - 1) < 0.005:
            return scale
    return None


def _with_truth(image: Mammogram, path: Path, scale: tuple[float, float]) -> Mammogram:
    xml = first(_xml_places(path))
    if xml is None and not any(each.parent.is_dir() for each in _xml_places(path)[1:]):
        return replace(image, properties={**image.properties, "truth": "unknown: neither XML nor AllXML/ was found"})
    try:
        return replace(image, truth=() if xml is None else tuple(lesions(xml, scale)))
    except _DAMAGE:
        return replace(image, notes=(*image.notes, f"{xml.name if xml else ''} is damaged: the truth is unknown"))


def lesions(xml: Path, scale: tuple[float, float] = (1.0, 1.0)) -> Iterator[Lesion]:
    """The lesions drawn in an OsiriX file, scaled by `scale`. Raises ValueError, KeyError, … for other files."""
    if xml.stat().st_size > _LARGEST_XML:
        raise ValueError("larger than any annotation")
    with xml.open("rb") as file:
        content = plistlib.load(file, fmt=plistlib.FMT_XML)  # refuses entities
    for image in content["Images"]:
        for region in image["ROIs"]:
            yield _lesion(region, scale)


def _lesion(region: dict[str, Any], scale: tuple[float, float]) -> Lesion:
    name = str(region.get("Name", "")).strip()
    points = np.array([_point(each) for each in region["Point_px"]], np.float64) * scale
    if not len(points) or not np.isfinite(points).all():
        raise ValueError("a region without points")
    single = len(points) < 3
    nameless = name.lower() in ("", "unnamed") or name.lower().startswith("point")
    kind = "calcification" if nameless and single else _KINDS.get(name.lower(), "other")
    place: dict[str, Any] = {"point": tuple(points.mean(axis=0).tolist())} if single else {"contour": points}
    return Lesion(kind, attributes={"name": name}, **place)  # type: ignore[arg-type]


def _point(text: str) -> tuple[float, float]:
    """Row and column of "(column, row)"."""
    column, row = text.strip("() ").split(",")[:2]
    return float(row), float(column)
