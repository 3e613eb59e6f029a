"""Keeps what libraries print about a file from the user: it may name the patient."""

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
    """No warnings and no log lines of pydicom within the block, which one thread at a time may enter."""
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
    """Collects what C libraries write to standard error within the block; the list is filled when the block ends.

    It redirects the file descriptor of the whole process: use it within `quiet`, and only while a decoder runs.
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
