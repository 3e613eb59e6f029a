"""Which files of a folder may be images: all but companions of data sets and discs, and what this program writes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from napari_mammoseg.errors import InputError
from napari_mammoseg.readers.cbis_ddsm import of_a_film

COMPANIONS = (
    *(".txt", ".csv", ".tsv", ".xml", ".json", ".yaml", ".yml", ".toml", ".ini", ".log", ".db"),
    *(".md", ".rst", ".html", ".pdf", ".doc", ".docx", ".xls", ".xlsx"),
    *(".zip", ".gz", ".tar", ".py", ".sh", ".safetensors"),
    *(".exe", ".dll", ".so", ".jar", ".bat", ".cmd", ".inf", ".cfg", ".ico", ".lnk", ".css", ".js", ".htm", ".rtf"),
)
"""Suffixes of files that lie beside images and are not images."""
WRITTEN = (".mask.png", ".mask.tif", ".mask.tiff", ".probability.png", ".sheet.png", ".seg.dcm", ".sr.dcm")
"""How the names of written results and truths end."""
DISC_LISTS = ("dicomdir", "lockfile", "version", "readme", "license")
"""Names without a suffix that lie on patients' discs and are not images."""


def images_below(folder: Path, refuse: Callable[[InputError], None]) -> Iterator[Path]:
    """The files below `folder` that may be images, in sorted order; links are followed, each folder is entered once.

    The masks and crops of a CBIS-DDSM film that is there belong to it and are left out. Folders that cannot be listed
    are handed to `refuse`, the others are done.
    """
    entered: set[tuple[int, int]] = set()

    def refuse_folder(error: OSError) -> None:
        refuse(InputError(Path(error.filename), f"cannot be listed ({error.strerror})", "check its permissions"))

    for place, folders, files in os.walk(folder, followlinks=True, onerror=refuse_folder):
        if not _first_visit(place, entered):
            folders.clear()
            continue
        folders[:] = sorted(each for each in folders if not each.startswith(".") and not of_a_film(each, folders))
        yield from (Path(place, name) for name in sorted(files) if _may_be_image(name))


def _first_visit(place: str, entered: set[tuple[int, int]]) -> bool:
    try:
        status = os.stat(place)
    except OSError:  # it went while the others were listed: nothing in it is left to read
        return False
    known = (status.st_dev, status.st_ino)
    first = known not in entered
    entered.add(known)
    return first


def _may_be_image(name: str) -> bool:
    plain = name.lower()
    without_version = plain.partition(";")[0].rstrip(".")  # discs may write DICOMDIR.;1
    return not (
        plain.startswith(".")
        or without_version in DISC_LISTS
        or plain.endswith(WRITTEN)
        or Path(plain).suffix in COMPANIONS
    )
