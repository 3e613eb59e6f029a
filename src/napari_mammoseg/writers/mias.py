"""The form of the mini-MIAS database: 1024 × 1024 8-bit PGM at 0.2 mm, and one line per lesion in `Info.txt`.

The origin of the coordinates is the lower left corner (Suckling and others 1994, the database's own Info.txt).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from napari_mammoseg.errors import InputError
from napari_mammoseg.files import atomic
from napari_mammoseg.mammogram import Mammogram

SIDE, SPACING_MM = 1024, 0.2


@dataclass(frozen=True, slots=True)
class Row:
    """One row of Info.txt: reference, tissue F, G or D, class; for a lesion severity B or M, and a circle in pixels."""

    reference: str
    tissue: str
    abnormality: str = "NORM"
    severity: str | None = None
    circle: tuple[float, float, float] | None = None

    def __str__(self) -> str:
        start = f"{self.reference} {self.tissue} {self.abnormality}"
        if self.severity is None or self.circle is None:
            return start
        row, column, radius = self.circle
        return f"{start} {self.severity} {round(column)} {SIDE - round(row)} {max(1, round(radius))}"


def write_image(image: Mammogram, path: Path) -> Path:
    """Writes the image as PGM. Raises InputError if it is not of the database's size and spacing."""
    if (image.rows, image.columns) != (SIDE, SIDE) or image.spacing != (SPACING_MM, SPACING_MM):
        raise InputError(image.name, "is not 1024 × 1024 at 0.2 mm as MIAS is", "leave out --size and --spacing")
    grey = np.round(np.clip(image.pixels, 0, 1) * 255).astype(np.uint8)
    with atomic(path) as temporary:
        temporary.write_bytes(b"P5\n%d %d\n255\n" % (SIDE, SIDE) + grey.tobytes())
    return path


def write_info(rows: Iterable[Row], path: Path) -> Path:
    """Writes `Info.txt`; where there is one, the rows replace those of the same images in it."""
    new = [str(each) for each in rows]
    names = {each.split()[0] for each in new}
    old = path.read_text("latin-1").splitlines() if path.exists() else []
    kept = [each for each in old if each.split()[:1] and each.split()[0] not in names]
    with atomic(path) as temporary:
        lines = sorted([*kept, *new], key=lambda each: each.split()[0])
        temporary.write_text("".join(f"{each}\n" for each in lines), "latin-1")  # any bytes of others stay
    return path
