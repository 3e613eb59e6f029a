"""Which images a person means who gives files and folders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from napari_mammoseg.errors import InputError
from napari_mammoseg.readers.listing import images_below


def images(inputs: Iterable[Path], fail: Callable[[InputError], None]) -> Iterator[Path]:
    """Every file given and every image below every folder given, in order, none twice.

    Folders that are empty of images or cannot be listed are handed to `fail`.
    """
    seen: set[Path] = set()
    for given in inputs:
        found = images_below(given, fail) if is_folder(given) else iter([given])
        count = 0
        for path in found:
            count += 1
            if path not in seen:
                seen.add(path)
                yield path
        if not count:
            fail(InputError(given, "holds no image", "give a folder with mammograms, or the files themselves"))


def is_folder(path: Path) -> bool:
    """Whether there is a folder at `path`; False where nobody can tell."""
    try:
        return path.is_dir()
    except OSError:  # what is wrong with it is said when it is read
        return False
