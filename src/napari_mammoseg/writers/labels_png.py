"""The mask as a 16-bit PNG: each pixel is the id of its finding, 0 for none; the run record is a text chunk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Findings
from napari_mammoseg.mammogram import Spacing
from napari_mammoseg.writers.labels import sixteen_bit
from napari_mammoseg.writers.record import Record, as_text, record_of


def write(findings: Findings, folder: Path, stem: str) -> list[Path]:
    if findings.mask is None:
        return []
    path = folder / f"{stem}.mask.png"
    write_labels(path, findings.mask, findings.image.spacing_mm, record_of(findings))
    return [path]


def write_labels(path: Path, labels: NDArray[Any], spacing: Spacing | None, record: Record) -> None:
    """Labels (rows, columns) as a 16-bit PNG, with the resolution in pixels per metre where the spacing is known."""
    text = PngInfo()
    text.add_text("Description", as_text(record))
    extra = {} if spacing is None else {"dpi": (25.4 / spacing[1], 25.4 / spacing[0])}
    with atomic(path) as temporary:
        picture = Image.fromarray(sixteen_bit(labels, path))
        picture.save(temporary, format="PNG", compress_level=1, pnginfo=text, **extra)
