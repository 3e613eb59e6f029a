"""Any job on many inputs: by this process, by worker processes or by a Dask cluster.

A fault of one input becomes that input's outcome, whatever the fault is; the others go on.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Generic, Protocol, TypeVar

from napari_mammoseg.batch.faults import as_input_error
from napari_mammoseg.errors import Cancelled, InputError, needed


class Job(Protocol):
    """One input and what is to be done with it: plain data, so that any process can do it."""

    @property
    def name(self) -> str:
        """What messages call the input."""
        ...


J = TypeVar("J", bound=Job)
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Outcome(Generic[J, R]):
    """What became of a job: the results it gave, and what kept it from more, if anything did."""

    job: J
    results: tuple[R, ...] = ()
    error: InputError | None = None


def run(
    jobs: Sequence[J], do: Callable[[J], Iterable[R]], workers: int = 1, cluster: str | None = None
) -> Iterator[Outcome[J, R]]:
    """Does every job and yields the outcomes in the order of the jobs. What `do` yielded before a fault is kept.

    workers: processes side by side; 1: this process alone. cluster: the address of a Dask scheduler, whose workers see
    the same folders. `do` and the jobs must be picklable where other processes do them. Raises InputError if the
    cluster does not answer.
    """
    attempt = partial(outcome_of, do)
    if cluster is not None:
        return _on_cluster(jobs, attempt, cluster)
    if workers > 1:
        return _side_by_side(jobs, attempt, workers)
    return map(attempt, jobs)


def outcome_of(do: Callable[[J], Iterable[R]], job: J) -> Outcome[J, R]:
    """Does one job. Raises nothing but Cancelled."""
    results: list[R] = []
    try:
        results.extend(do(job))
    except Cancelled:
        raise
    except Exception as error:  # noqa: BLE001  any fault of one input is that input's outcome
        return Outcome(job, tuple(results), as_input_error(error, job.name))
    return Outcome(job, tuple(results))


def _side_by_side(jobs: Sequence[J], attempt: Callable[[J], Outcome[J, R]], workers: int) -> Iterator[Outcome[J, R]]:
    """By a pool, which ends when a worker dies: the next job is then done by itself, and the rest by a new pool."""
    rest = list(jobs)
    while rest:
        finished = 0
        with _pool(min(workers, len(rest))) as pool, suppress(BrokenProcessPool):
            for outcome in pool.map(attempt, rest):
                yield outcome
                finished += 1
        rest = rest[finished:]
        if rest:
            yield _alone(rest.pop(0), attempt)


def _alone(job: J, attempt: Callable[[J], Outcome[J, R]]) -> Outcome[J, R]:
    with _pool(1) as pool:
        try:
            return pool.submit(attempt, job).result()
        except BrokenProcessPool:
            what = "ended its worker process, which ran out of memory or was killed"
            return Outcome(job, (), InputError(job.name, what, "use fewer workers, or a machine with more memory"))


@contextmanager
def _pool(workers: int) -> Iterator[ProcessPoolExecutor]:
    """New processes, as a fork of one with threads may hang. Jobs that have not begun are dropped at an early end."""
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_as_worker)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _as_worker() -> None:
    """A worker ignores Ctrl-C, so that it finishes what it writes, and ends when the process that started it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_starter, daemon=True).start()


def _end_with_starter() -> None:
    starter = parent_process()
    if starter is not None:
        starter.join()
        os._exit(1)


def _on_cluster(jobs: Sequence[J], attempt: Callable[[J], Outcome[J, R]], address: str) -> Iterator[Outcome[J, R]]:
    distributed = needed("distributed", "--cluster", "batch")
    try:
        client = distributed.Client(address, timeout="10s")
    except (OSError, ValueError) as error:
        raise InputError(f"--cluster {address}", f"does not answer ({error})", "start: dask scheduler") from None
    with client:
        for job, future in zip(jobs, client.map(attempt, jobs, pure=False), strict=True):
            try:
                yield future.result()
            except Exception as error:  # noqa: BLE001  a worker that died is the outcome of its input alone
                yield Outcome(job, (), as_input_error(error, job.name))
