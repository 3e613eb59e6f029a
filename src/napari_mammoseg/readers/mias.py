"""mini-MIAS: `mdbNNN.pgm` (or a lossless copy as WebP or PNG), its truth in `Info.txt` beside it.

Suckling et al 1994. 1024 x 1024 at 0.2 mm, all MLO; films 2k-1 (right) and 2k (left) are of one woman. In the list the
origin is the bottom-left corner: row = 1024 - y.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.readers import raster
from napari_mammoseg.readers.companions import entries, is_file

SPACING_MM = 0.2
SIDE = 1024
_NAME = re.compile(r"mdb(\d{3})", re.IGNORECASE)
_ROW = re.compile(
    r"^[ \t]*(mdb\d{3})[ \t]+([FGD])[ \t]+(CALC|CIRC|SPIC|MISC|ARCH|ASYM|NORM)\b"
    r"(?:[ \t]+([BM])\b)?(?:[ \t]+(\d+)[ \t]+(\d+)[ \t]+(\d+))?",
    re.MULTILINE,
)
_KINDS: dict[str, Literal["cluster", "mass", "other"]] = {
    "CALC": "cluster",
    "CIRC": "mass",
    "SPIC": "mass",
    "MISC": "mass",
    "ARCH": "other",
    "ASYM": "other",
}
_LABELS: dict[str, Literal["benign", "malignant"]] = {"B": "benign", "M": "malignant"}
_BACKGROUND = 20 / 255  # the black beside the breast lies below


def accepts(path: Path, head: bytes) -> bool:
    return _NAME.fullmatch(path.stem) is not None and raster.accepts(path, head)


def read(path: Path) -> Mammogram:
    """The film with spacing, side and patient, and with its lesions where `Info.txt` beside it lists the film."""
    image = raster.read(path)
    image = replace(image, format="MIAS", patient=patient(path))
    if image.pixels.shape != (SIDE, SIDE):
        note = f"is named as a MIAS film but is not {SIDE} x {SIDE}: spacing, side and truth were left open"
        return replace(image, notes=(*image.notes, note))
    image = replace(
        image,
        spacing=(SPACING_MM, SPACING_MM),
        spacing_source="mini-MIAS",
        view="MLO",
        laterality=side(path),
    )
    return _with_truth(image, path.stem.lower(), _list_beside(path))


def patient(path: Path) -> str:
    """The key of the woman that the film is of."""
    return f"mias-{(_number(path) + 1) // 2:03d}"


def side(path: Path) -> str:
    """The breast that the film is of."""
    return "L" if _number(path) % 2 == 0 else "R"


def _number(path: Path) -> int:
    return int(path.stem[3:])


def rows(text: str) -> Iterator[tuple[str, Lesion | None, str]]:
    """Each row of the list in `Info.txt`: film, lesion (None: normal), background tissue F, G or D."""
    for film, tissue, kind, severity, x, y, radius in _ROW.findall(text):
        if kind == "NORM":
            yield film, None, tissue
            continue
        circle = (float(SIDE - int(y)), float(x), float(radius)) if radius else None
        yield film, Lesion(_KINDS[kind], _LABELS.get(severity), circle=circle, attributes={"class": kind}), tissue


def _list_beside(path: Path) -> Path | None:
    return next((each for each in entries(path.parent) if each.name.lower() == "info.txt" and is_file(each)), None)


def _with_truth(image: Mammogram, film: str, listed: Path | None) -> Mammogram:
    try:
        found = [] if listed is None else [each for each in rows(listed.read_text("latin-1")) if each[0] == film]
    except OSError as error:
        return replace(image, notes=(*image.notes, f"Info.txt cannot be read ({error.strerror}): the truth is unknown"))
    if not found:
        why = "no Info.txt beside it" if listed is None else "Info.txt beside it does not list the film"
        return replace(image, properties={**image.properties, "truth": f"unknown: {why}"})
    checked = [_placed(image.pixels, lesion) for _, lesion, _ in found if lesion is not None]
    return replace(
        image,
        truth=tuple(lesion for lesion, _ in checked),
        notes=(*image.notes, *(note for _, note in checked if note)),
        properties={**image.properties, "tissue": found[0][2]},
    )


def _placed(pixels: NDArray[np.float32], lesion: Lesion) -> tuple[Lesion, str | None]:
    """The lesion, without its circle if that lies on the background, and a note if the place is odd."""
    if lesion.circle is None:
        return lesion, f"a {lesion.attributes['class']} is listed without a place"
    row, column, radius = lesion.circle
    inside = pixels[disk(pixels.shape, lesion.circle)]
    part = float((inside < _BACKGROUND).mean()) if inside.size else 1.0
    circle = f"the circle at row {row:g}, column {column:g}, radius {radius:g}"
    if part > 0.75:
        return replace(lesion, circle=None), f"{circle} lies on the background: the lesion's place is unknown"
    return lesion, f"{circle} lies partly ({part:.0%}) on the background" if part > 0.25 else None


def disk(shape: tuple[int, ...], circle: tuple[float, float, float]) -> NDArray[np.bool_]:
    """The pixels of an image of `shape` within `circle` (row, column, radius)."""
    row, column, radius = circle
    down, across = np.ogrid[: shape[0], : shape[1]]
    inside: NDArray[np.bool_] = (down - row) ** 2 + (across - column) ** 2 <= radius**2
    return inside
