"""Findings to files: one file per format, each with the same function `write(findings, folder, stem) -> list[Path]`.

Everything is written to a temporary name and moved into place (`files.atomic`), so that what is there is whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Findings

ALWAYS = ("json", "png")
WRITERS = {
    "json": "json_findings",
    "png": "labels_png",
    "tiff": "labels_tiff",
    "nifti": "labels_nifti",
    "csv": "table_csv",
    "coco": "coco",
    "probability": "probability",
    "metrics": "metrics",
    "dicom-seg": "dicom_seg",
    "dicom-sr": "dicom_sr",
}


def save(findings: Findings, folder: str | Path, formats: Iterable[str] = ()) -> list[Path]:
    """Writes `NAME.PIPELINE.json`, the mask, and one more file for each of `formats`; returns the paths.

    Raises InputError for an unknown format, before anything is written.
    """
    wanted = dict.fromkeys((*ALWAYS, *check_formats(formats)))
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    stem = f"{Path(findings.image.name).stem}.{findings.pipeline}"
    modules = [import_module(f"napari_mammoseg.writers.{WRITERS[each]}") for each in wanted]
    return [path for module in modules for path in module.write(findings, folder, stem)]


def check_formats(formats: Iterable[str]) -> tuple[str, ...]:
    """The formats themselves. Raises InputError for one that does not exist."""
    formats = tuple(formats)
    for each in formats:
        if each not in WRITERS:
            raise InputError(f"--format {each}", "is no format", f"choose from {', '.join(WRITERS)}")
    return formats
