"""Errors where many inputs are done: one line each, and a log with the traceback of what is not the user's doing."""

from __future__ import annotations

import tempfile
import traceback
from datetime import datetime
from pathlib import Path

from platformdirs import user_log_path

from napari_mammoseg._version import VERSION
from napari_mammoseg.errors import InputError
from napari_mammoseg.files import reason

LOG = "errors.log"


def as_input_error(error: Exception, name: str) -> InputError:
    """The error as one line about the input `name`. Whatever is not an InputError leaves its traceback in a log."""
    if isinstance(error, InputError):
        return error
    log = _logged(error, name)
    what, do = _in_words(error)
    return InputError(name, what + (f" (traceback in {log})" if log else ""), do)


def _in_words(error: Exception) -> tuple[str, str]:
    if isinstance(error, MemoryError):
        return "needs more memory than there is", "check its pixel spacing, or use fewer workers"
    if isinstance(error, OSError):
        return f"could not be read or written: {reason(error)}", "check the disk and try again"
    return f"met an unexpected {type(error).__name__}", "please report it; the other inputs are not affected"


def _logged(error: Exception, name: str) -> Path | None:
    """The file to which the traceback was added; None where nothing can be written.

    The error's own text is left out: a library may quote in it what a header says of the patient.
    """
    frames = "".join(traceback.format_tb(error.__traceback__))
    when = datetime.now().astimezone().isoformat(timespec="seconds")
    entry = f"{when} mammoseg {VERSION}: {name}\n{frames}{type(error).__qualname__}\n\n"
    for folder in (user_log_path("napari-mammoseg"), Path(tempfile.gettempdir(), "napari-mammoseg")):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with (folder / LOG).open("a", encoding="utf-8", errors="backslashreplace") as log:
                log.write(entry)
        except OSError:
            continue
        return folder / LOG
    return None
