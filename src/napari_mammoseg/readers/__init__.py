"""Files to Mammograms: one module per format, each with the same two functions.

`accepts(path, head)` says whether a file is of the format, by its content first (`head` is its first 4096 bytes);
`read(path)` reads it. READERS is the order in which they are asked.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import ModuleType

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.tissue.spacing import check_typed, with_possible_spacing

READERS = ("cbis_ddsm", "inbreast", "dicom", "mias", "tiff", "raster")


def read(path: str | Path, spacing_mm: float | Spacing | None = None) -> Mammogram:
    """The mammogram in the file (or the folder of a data set's image) at `path`.

    spacing_mm overrides what the file says; what a file says and cannot be is unknown, and a note says so. Raises
    InputError if it cannot be read, or if no mammogram can have `spacing_mm`.
    """
    path = Path(path)
    image: Mammogram = reader_of(path).read(path)
    image = replace(image, path=path, sha256=sha256_of(path))
    return with_possible_spacing(image) if spacing_mm is None else check_typed(image.with_spacing(spacing_mm))


def reader_of(path: Path) -> ModuleType:
    """The module of this folder that reads `path`. Raises InputError if none does."""
    head = _head(path)
    for name in READERS:
        module = import_module(f"napari_mammoseg.readers.{name}")
        if module.accepts(path, head):
            return module
    raise InputError(
        path, "is not an image that can be read", "give DICOM, PNG, TIFF, PGM, or a MIAS, CBIS-DDSM or INbreast file"
    )


def _head(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise InputError(path, "is a folder", "give the image files in it")
        if path.exists() and not path.is_file():
            raise InputError(path, "is not a regular file", "give an image file")
        with path.open("rb") as file:
            head = file.read(4096)
    except FileNotFoundError:
        raise InputError(path, "does not exist", "check the path") from None
    except OSError as error:
        raise InputError(path, f"cannot be opened ({error.strerror})", "check the path and its permissions") from None
    if not head:
        raise InputError(path, "is empty", "copy or export it again")
    return head


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal. Raises InputError if it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(path, f"cannot be read ({error.strerror})", "check the path and its permissions") from None
