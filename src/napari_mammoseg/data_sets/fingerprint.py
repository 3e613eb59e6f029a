"""Whether a folder of data sets is the one that something was made from."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from napari_mammoseg.errors import InputError


def fingerprint(folder: Path) -> str:
    """Twelve digits that stand for the names and sizes of all files below the folder, wherever it lies.

    Links are followed; hidden files do not count. The files are not read. Raises InputError where it is no folder.
    """
    if not folder.is_dir():
        raise InputError(folder, "is not a folder", "give the folder that holds the data sets")
    found = sorted(f"{each.relative_to(folder).as_posix()} {each.stat().st_size}" for each in _files(folder, set()))
    return hashlib.sha256("\n".join(found).encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _files(folder: Path, seen: set[str]) -> Iterator[Path]:
    """The files below `folder`; a folder that a link leads back to counts once."""
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    for each in sorted(folder.iterdir()):
        if each.name.startswith("."):
            continue
        if each.is_dir():
            yield from _files(each, seen)
        elif each.is_file():
            yield each
