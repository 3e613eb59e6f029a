"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from napari_mammoseg.errors import InputError
from napari_mammoseg.files import PREFIX, atomic, folder, sweep

WRITE_SLOWLY = """
import sys, time
from pathlib import Path
from napari_mammoseg.files import atomic
with atomic(Path(sys.argv[1])) as temporary:
    temporary.write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def writing(path: Path) -> subprocess.Popen[str]:
    """A process that has written a part of `path` and goes on."""
    process = subprocess.Popen([sys.executable, "-c", WRITE_SLOWLY, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert process.stdout.readline() == "writing\n"
    return process


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    with atomic(tmp_path / "x.txt") as temporary:
        temporary.write_text("new")
        assert not (tmp_path / "x.txt").exists()
    assert names(tmp_path) == ["x.txt"]
    assert (tmp_path / "x.txt").read_text() == "new"


def test_a_file_can_be_read_by_whom_a_plain_one_can_be(tmp_path: Path) -> None:
    (tmp_path / "plain").touch()
    with atomic(tmp_path / "x.safetensors") as temporary:
        save_file({"a": np.zeros(1)}, temporary)
    assert (tmp_path / "x.safetensors").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_a_file_system_without_modes_is_written_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path, mode: int) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "chmod", refuse)
    with atomic(tmp_path / "x.txt") as temporary:
        temporary.write_text("new")
    assert (tmp_path / "x.txt").read_text() == "new"


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("old")
    with pytest.raises(ZeroDivisionError), atomic(tmp_path / "x.txt") as temporary:
        temporary.write_text(f"half{1 / 0}")
    assert names(tmp_path) == ["x.txt"]
    assert (tmp_path / "x.txt").read_text() == "old"


def test_many_threads_that_write_one_file_do_not_meet(tmp_path: Path) -> None:
    def write(number: int) -> None:
        with atomic(tmp_path / "x.txt") as temporary:
            temporary.write_text(str(number) * 10_000)
            time.sleep(0.001)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    assert names(tmp_path) == ["x.txt"]
    assert len(set((tmp_path / "x.txt").read_text())) <= 2


def test_the_longest_name_that_the_system_allows_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("x" * 251 + ".txt")
    with atomic(path) as temporary:
        temporary.write_text("new")
    assert path.read_text() == "new"


def test_a_longer_name_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"), atomic(tmp_path / ("x" * 260)) as temporary:
        temporary.write_text("new")
    assert names(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="there nothing can remove a file that is open")
def test_what_a_killed_process_left_goes_and_what_is_being_written_stays(tmp_path: Path) -> None:
    killed, alive = writing(tmp_path / "killed.txt"), writing(tmp_path / "alive.txt")
    try:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        assert len(names(tmp_path)) == 2
        sweep(tmp_path)
        assert len(names(tmp_path)) == 1
        assert names(tmp_path)[0].startswith(PREFIX)
    finally:
        alive.kill()
        alive.wait()
    sweep(tmp_path)
    assert names(tmp_path) == []


def test_a_folder_is_made_with_its_parents_and_may_be_there_already(tmp_path: Path) -> None:
    made = folder(tmp_path / "a" / "b")
    assert made.is_dir()
    assert folder(made) == made
    assert names(made) == []


def test_a_folder_that_cannot_be_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "self").symlink_to(tmp_path / "self")
    for path in (tmp_path / "file", tmp_path / "file" / "below", tmp_path / "self", tmp_path / ("x" * 300)):
        with pytest.raises(InputError):
            folder(path)
