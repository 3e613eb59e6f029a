"""The mask as a 16-bit TIFF: resolution in pixels per centimetre, the run record in ImageDescription."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import tifffile
from numpy.typing import NDArray

from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Findings
from napari_mammoseg.mammogram import Spacing
from napari_mammoseg.writers.labels import sixteen_bit
from napari_mammoseg.writers.record import Record, as_text, record_of


def write(findings: Findings, folder: Path, stem: str) -> list[Path]:
    if findings.mask is None:
        return []
    path = folder / f"{stem}.mask.tif"
    write_labels(path, findings.mask, findings.image.spacing_mm, record_of(findings))
    return [path]


def write_labels(path: Path, labels: NDArray[Any], spacing: Spacing | None, record: Record) -> None:
    """Labels (rows, columns) as TIFF; without a spacing the resolution says "no unit"."""
    known = (
        {} if spacing is None else {"resolution": (10 / spacing[1], 10 / spacing[0]), "resolutionunit": "CENTIMETER"}
    )
    with atomic(path) as temporary:
        tifffile.imwrite(
            temporary,
            sixteen_bit(labels, path),
            photometric="minisblack",
            compression="zlib",
            description=as_text(record),
            metadata=None,
            **known,  # type: ignore[arg-type]
        )
