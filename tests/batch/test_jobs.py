"""Any job on many inputs: a fault of one input is that input's outcome, whatever it is."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from napari_mammoseg import batch
from napari_mammoseg.batch import faults
from napari_mammoseg.errors import Cancelled, InputError

SECRET = "Mustermann^Erika"


@dataclass(frozen=True)
class Number:
    """A job for the tests: what is to be done is its name."""

    name: str


def work(job: Number) -> Iterator[str]:
    """Yields the name, then does what it says."""
    yield job.name
    if job.name == "refused":
        raise InputError(job.name, "is bad", "give a good one")
    if job.name == "bug":
        raise TypeError(f"not for {SECRET}")
    if job.name == "cancelled":
        raise Cancelled
    if job.name == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    yield job.name.upper()


@pytest.fixture(autouse=True)
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where tracebacks go in these tests."""
    monkeypatch.setattr(faults, "user_log_path", lambda name: tmp_path / name)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    return tmp_path / "napari-mammoseg" / faults.LOG


def outcomes(*names: str, workers: int = 1) -> list[batch.Outcome[Number, str]]:
    return list(batch.run([Number(each) for each in names], work, workers))


@pytest.mark.parametrize("workers", [1, 2])
def test_the_others_are_done_in_order(workers: int) -> None:
    done = outcomes("a", "refused", "b", "bug", "c", workers=workers)
    assert [each.job.name for each in done] == ["a", "refused", "b", "bug", "c"]
    assert [each.results for each in done] == [("a", "A"), ("refused",), ("b", "B"), ("bug",), ("c", "C")]
    assert str(done[1].error) == "refused: is bad; give a good one"
    assert "bug: met an unexpected TypeError (traceback in " in str(done[3].error)


def test_a_traceback_is_kept_in_the_log_that_the_line_names_without_the_values_that_a_header_may_hold(
    log: Path,
) -> None:
    [done] = outcomes("bug")
    assert str(log) in str(done.error)
    kept = log.read_text()
    assert "in work" in kept
    assert "TypeError" in kept
    assert SECRET not in kept
    assert SECRET not in str(done.error)


def test_a_refusal_leaves_nothing_in_the_log(log: Path) -> None:
    outcomes("refused")
    assert not log.exists()


def test_without_a_place_for_the_log_there_is_still_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(faults, "user_log_path", lambda name: tmp_path / "file")
    monkeypatch.setattr(faults.tempfile, "gettempdir", lambda: str(tmp_path / "file"))
    [done] = outcomes("bug")
    assert str(done.error).startswith("bug: met an unexpected TypeError; ")


def test_a_person_who_stops_the_run_stops_all_of_it() -> None:
    with pytest.raises(Cancelled):
        outcomes("a", "cancelled", "b")


@pytest.mark.skipif(os.name == "nt", reason="signals are another thing there")
def test_a_worker_that_dies_costs_its_own_input_alone() -> None:
    done = outcomes("a", "killed", "b", "c", workers=2)
    assert [each.error is None for each in done] == [True, False, True, True]
    assert "ended its worker process" in str(done[1].error)
    assert done[3].results == ("c", "C")


KILLED_WITH_WORKERS = """
import os, sys
from pathlib import Path
from napari_mammoseg import batch
from napari_mammoseg.batch.analysis import Analysis, analyze
if __name__ == "__main__":
    jobs = [Analysis(Path(f"{index}.png"), Path("."), ("masses",)) for index in range(4)]
    for outcome in batch.run(jobs, analyze, workers=2):
        os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks processes up in /proc")
def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    (tmp_path / "run.py").write_text(KILLED_WITH_WORKERS)
    run = subprocess.run([sys.executable, "run.py"], cwd=tmp_path, stderr=subprocess.PIPE, timeout=60, check=False)
    assert run.returncode == -signal.SIGKILL  # and its workers have let go of its standard error
