"""A job beside the window: it runs in a thread, tells its progress and can be stopped between two steps."""

from __future__ import annotations

import atexit
import time
from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from qtpy.QtCore import QObject, Signal

from napari_mammoseg.errors import Cancelled, InputError
from napari_mammoseg.run import Progress, Run

SECONDS_BETWEEN_REPORTS = 0.05
SECONDS_AT_EXIT = 10
"""How long the end of the program waits for the next step of what runs."""


class Worker(QObject):
    """One function at a time, started and stopped from the window.

    Signals come in the window's thread: `progressed(Progress)`; then exactly one of `done(result)`,
    `stopped()` after a cancel, `refused(InputError)`. Any other error is raised in the window's thread, for napari to
    show with its traceback.
    """

    progressed = Signal(object)
    done = Signal(object)
    stopped = Signal()
    refused = Signal(object)
    failed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self._reported = 0.0

    @property
    def running(self) -> bool:
        return self._run is not None

    def start(self, function: Callable[[Run], Any], device: str = "auto") -> Run:
        """Runs `function` with a Run that reports here."""
        # napari's own create_worker raises a TypeError of its own where the function raised anything
        from superqt.utils import create_worker

        run = self._run = Run(device=device, report=self._report)
        worker = create_worker(function, run, _ignore_errors=True)
        worker.returned.connect(self._on_returned)
        worker.errored.connect(self._on_errored)
        worker.start()
        _stop_at_exit(self)
        return run

    def cancel(self) -> None:
        """Stops the run before its next step."""
        if self._run is not None:
            self._run.cancel()

    def _report(self, progress: Progress) -> None:
        now = time.monotonic()
        if progress.done in (0, progress.total) or now - self._reported > SECONDS_BETWEEN_REPORTS:
            self._reported = now
            self.progressed.emit(progress)

    def _on_returned(self, result: Any) -> None:
        self._run = None
        self.done.emit(result)

    def _on_errored(self, error: BaseException) -> None:
        self._run = None
        if isinstance(error, Cancelled):
            self.stopped.emit()
        elif isinstance(error, InputError):
            self.refused.emit(error)
        else:
            self.failed.emit()
            raise error


_STARTED: WeakSet[Worker] = WeakSet()


def _stop_at_exit(worker: Worker) -> None:
    """Makes the program stop the worker before it ends and the widgets are gone to which the thread would report."""
    if not _STARTED:
        atexit.unregister(_stop)
        atexit.register(_stop)
    _STARTED.add(worker)


def _stop() -> None:
    from qtpy.QtCore import QThreadPool

    for each in _STARTED:
        each.cancel()
    if any(each.running for each in _STARTED):
        QThreadPool.globalInstance().waitForDone(1000 * SECONDS_AT_EXIT)
