"""Files that lie beside an image: asked for without ever failing, for the image can be read without them."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def is_file(path: Path) -> bool:
    """Whether there is such a file; False too where nobody can tell (a closed folder, a name that is too long)."""
    try:
        return path.is_file()
    except OSError:
        return False


def first(paths: Iterable[Path]) -> Path | None:
    """The first of the paths at which there is a file, its name's suffix in small or in capital letters; or None."""
    spelled = (each for path in paths for each in (path, path.with_suffix(path.suffix.upper())))
    return next((each for each in spelled if is_file(each)), None)


def entries(folder: Path) -> list[Path]:
    """What lies in a folder, in order; nothing where it cannot be listed."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []
