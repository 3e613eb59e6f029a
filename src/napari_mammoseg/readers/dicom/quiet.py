"""Libraries that speak: nothing that they say about a file reaches the person, for it may name the patient."""

from __future__ import annotations

import logging
import os
import tempfile
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

_ONE_AT_A_TIME = threading.RLock()


@contextmanager
def quiet() -> Iterator[None]:
    """No warnings and no log lines of pydicom and its decoders within the block; one thread at a time."""
    logger = logging.getLogger("pydicom")
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before, logger.disabled = logger.disabled, True
        try:
            yield
        finally:
            logger.disabled = before


@contextmanager
def listening() -> Iterator[list[str]]:
    """Keeps what C libraries write to standard error within the block; the list has it when the block has ended.

    The file descriptor is the whole process's: only within `quiet`, and no longer than a decoder runs.
    """
    said: list[str] = []
    try:
        before = os.dup(2)
    except OSError:
        yield said
        return
    with tempfile.TemporaryFile() as file:
        try:
            os.dup2(file.fileno(), 2)
            yield said
        finally:
            os.dup2(before, 2)
            os.close(before)
            file.seek(0)
            said += file.read().decode("utf-8", "replace").splitlines()
