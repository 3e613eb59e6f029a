"""One run: its progress, its cancel, its device and what it has to say. The same object for every caller."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Hashable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import Any, TypeVar

from napari_mammoseg.errors import Cancelled

try:
    import resource
except ImportError:  # Windows has no such module
    resource = None  # type: ignore[assignment]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage of a run is."""

    stage: str
    done: int
    total: int


@dataclass(slots=True)
class Run:
    """Carried through a pipeline; knows nothing of who called it.

    `report` gets a Progress after every step; `cancel` may be called from any thread and stops the run before its
    next step. `device` and `backend` are what runs the network: "auto" lets the program choose (the names are in
    `inference`). `known` is given where several pipelines run on one image: what one of them found for the others, too.
    """

    device: str = "auto"
    backend: str = "auto"
    seed: int = 0
    report: Callable[[Progress], None] = lambda progress: None
    warnings: list[str] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    peak_mib: dict[str, int] = field(default_factory=dict)
    known: dict[Hashable, Any] | None = None
    _cancelled: Event = field(default_factory=Event)

    def cancel(self) -> None:
        self._cancelled.set()

    def part(self, report: Callable[[Progress], None]) -> Run:
        """A run of its own that stops with this one: same device, backend and seed, its own seconds and warnings."""
        return Run(self.device, self.backend, self.seed, report, _cancelled=self._cancelled)

    def check(self) -> None:
        """Raises Cancelled if somebody asked to stop."""
        if self._cancelled.is_set():
            raise Cancelled

    def warn(self, text: str) -> None:
        """Adds one line to the result's record (once)."""
        if text not in self.warnings:
            self.warnings.append(text)

    def once(self, key: Hashable, make: Callable[[], T]) -> T:
        """What `make` gives. With `known` it is made once for each key."""
        if self.known is None:
            return make()
        if key not in self.known:
            self.known[key] = make()
        found: T = self.known[key]
        return found

    def track(self, items: Iterable[T], stage: str, total: int) -> Iterator[T]:
        """Passes the items on, reports progress and stops between two of them when cancelled."""
        self.check()
        self.report(Progress(stage, 0, total))
        for done, item in enumerate(items, start=1):
            yield item
            self.report(Progress(stage, done, total))
            self.check()

    @contextmanager
    def timed(self, stage: str, told: bool = True) -> Iterator[None]:
        """Adds the seconds of the block to `seconds[stage]`; `peak_mib[stage]` is the process's peak until its end.

        told: the stage is reported as one step, which steps inside it (`track`) tell more finely.
        """
        self.check()
        start = time.perf_counter()
        try:
            if told:
                self.report(Progress(stage, 0, 1))
            yield
            if told:
                self.report(Progress(stage, 1, 1))
        finally:
            self.seconds[stage] = round(self.seconds.get(stage, 0.0) + time.perf_counter() - start, 4)
            self.peak_mib[stage] = peak_memory_mib()


def peak_memory_mib() -> int:
    """The most memory this process has held so far, in MiB; 0 on systems that do not tell.

    Linux counts what the process that started this one held into `ru_maxrss`, but not into VmHWM.
    """
    try:
        with open("/proc/self/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) // 1024
    except (OSError, StopIteration):
        pass
    if resource is None:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)
