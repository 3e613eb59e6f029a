"""Files that are there whole or not at all, under temporary names that no thread, process or host shares.

Everything that this program writes for good goes through `atomic`; every folder that it writes into through `folder`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from secrets import token_hex
from typing import BinaryIO

from napari_mammoseg.errors import InputError

try:
    import fcntl
except ImportError:  # Windows: a file that somebody has open cannot be removed there
    fcntl = None  # type: ignore[assignment]

PREFIX = ".mammoseg-"
"""How the name of every unfinished file begins."""


@contextmanager
def atomic(path: Path) -> Iterator[Path]:
    """A temporary path beside `path`, moved onto it when the block ends well, else removed.

    The file is locked while it is written, so that `sweep` can tell it from one that a killed process left.
    Raises InputError if it cannot be written.
    """
    temporary = path.with_name(f"{PREFIX}{token_hex(8)}.part")
    try:
        with temporary.open("xb") as claim:
            _lock(claim)
            yield temporary
            with suppress(OSError):  # some writers make a file of their own; some file systems have no modes
                temporary.chmod(os.fstat(claim.fileno()).st_mode & 0o777)
            with temporary.open("rb+") as written:
                os.fsync(written.fileno())
        temporary.replace(path)
    except OSError as error:
        raise InputError(
            path, f"cannot be written ({reason(error)})", "check the folder, its permissions and space"
        ) from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


def folder(path: str | Path) -> Path:
    """The folder at `path`, made with its parents where it is not there. Raises InputError if it cannot be."""
    path = Path(path)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise InputError(path, "is a file, where a folder is needed", "give another folder") from None
    except OSError as error:
        raise InputError(
            path, f"cannot be made ({reason(error)})", "check the path, its permissions and space"
        ) from None
    return path


def output_folder(path: str | Path) -> Path:
    """The `folder`, tried before any work, and rid of what killed runs left there.

    Raises InputError if it cannot be made or written into.
    """
    path = folder(path)
    probe = path / f"{PREFIX}{token_hex(8)}"
    try:
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise InputError(path, f"cannot be written into ({reason(error)})", "check its permissions and space") from None
    sweep(path)
    return path


def sweep(folder: Path) -> None:
    """Removes the unfinished files in `folder` that nobody writes any more: what killed processes left there."""
    for each in folder.glob(f"{PREFIX}*"):
        with suppress(OSError):
            with each.open("rb") as left:
                _lock(left, wait=False)
            each.unlink()


def seen_from(folder: Path, path: Path) -> str:
    """The path of `path` relative to `folder`, with links to folders followed."""
    return os.path.relpath(real(path), os.path.realpath(folder))


def real(path: Path) -> Path:
    """The path with links to folders followed; where the file itself is a link, that one is not."""
    return Path(os.path.realpath(path.parent), path.name)


def reason(error: OSError) -> str:
    """Why the system refused, in its words."""
    return error.strerror or type(error).__name__


def _lock(file: BinaryIO, wait: bool = True) -> None:
    """Locks the file until it is closed. Without `wait` raises OSError if it is locked or cannot be."""
    if fcntl is None:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if not wait:
            raise
