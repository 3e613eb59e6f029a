"""The mask as NIfTI: (columns, rows, 1), first pixel top left, spacing in the header, the run record as an extension.

The axes are those that ITK gives a plane picture (x = columns to the patient's left, y = rows to the back), so that the
mask lies on the PNG or DICOM it was made from.
"""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import needed
from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Findings
from napari_mammoseg.mammogram import Spacing
from napari_mammoseg.writers.labels import sixteen_bit
from napari_mammoseg.writers.record import Record, as_text, record_of

_COMMENT = 6


def write(findings: Findings, folder: Path, stem: str) -> list[Path]:
    if findings.mask is None:
        return []
    path = folder / f"{stem}.mask.nii.gz"
    write_labels(path, findings.mask, findings.image.spacing_mm, record_of(findings))
    return [path]


def write_labels(path: Path, labels: NDArray[Any], spacing: Spacing | None, record: Record) -> None:
    """Labels (rows, columns) as NIfTI-1; without a spacing the pixels have side 1 and the unit is "unknown".

    Raises MissingExtra where nibabel is not installed.
    """
    nibabel = needed("nibabel", "NIfTI", "nifti")
    rows_mm, columns_mm = spacing or (1.0, 1.0)
    affine = np.diag([-columns_mm, -rows_mm, 1.0, 1.0])
    image = nibabel.nifti1.Nifti1Image(sixteen_bit(labels, path).T[..., None], affine)
    image.header.set_xyzt_units("unknown" if spacing is None else "mm")
    image.header.set_intent("label")
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension(_COMMENT, as_text(record).encode("ascii")))
    with atomic(path) as temporary:
        temporary.write_bytes(gzip.compress(image.to_bytes(), compresslevel=6, mtime=0))
