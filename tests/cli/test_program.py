"""The program as the shell sees it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from napari_mammoseg._version import VERSION

PROGRAM = [sys.executable, "-c", "from napari_mammoseg.cli import main; main()"]


def test_it_says_its_version_and_ends_well() -> None:
    done = subprocess.run([*PROGRAM, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["mammoseg", VERSION]


def test_what_it_printed_arrives_whole_and_a_wrong_name_ends_with_status_2() -> None:
    listed = subprocess.run([*PROGRAM, "models", "--json"], capture_output=True, text=True, check=True)
    assert listed.stdout.rstrip().endswith(("]", "}"))
    assert subprocess.run([*PROGRAM, "models", "no-such-model"], capture_output=True, check=False).returncode == 2


TOO_LONG = "x" * 300


@pytest.mark.parametrize(
    "command",
    [
        ("evaluate", "masses", "x.png", "--truth", TOO_LONG),
        ("evaluate", "masses", "--findings", TOO_LONG, "--truth", "."),
        ("train", "mass-finder", "--data", TOO_LONG, "--out", "."),
        ("train", "mass-finder", "--data", "/dev/null", "--out", "."),
        ("models", f"{TOO_LONG}.safetensors"),
        ("replay", TOO_LONG),
        ("phantom", "--out", TOO_LONG),
    ],
)
def test_a_path_that_cannot_be_is_one_line_and_status_2(command: tuple[str, ...], tmp_path: Path) -> None:
    done = subprocess.run([*PROGRAM, *command], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"schema": "mammoseg.findings/1"}',
        '{"schema": "mammoseg.findings/1", "run": {"input": "x.png"}}',
        '{"schema": "mammoseg.findings/1", "run": {"input": null}, "image": {}}',
        '{"schema": "mammoseg.evaluation/1", "scores": []}',
    ],
)
def test_a_damaged_record_is_one_line_for_replay(text: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(text)
    done = subprocess.run([*PROGRAM, "replay", tmp_path / "x.json"], capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.skipif(os.name == "nt", reason="needs a shell and /dev/full")
@pytest.mark.parametrize(
    ("shell", "status", "said"),
    [
        ('"$@" >&-', 0, ""),
        ('"$@" 2>&-', 0, ""),
        ('"$@" >/dev/full', 3, "standard output: cannot be written (No space left on device)"),
    ],
)
def test_an_output_that_is_closed_or_full_is_no_traceback(shell: str, status: int, said: str) -> None:
    done = subprocess.run(["sh", "-c", shell, "sh", *PROGRAM, "models"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr[: len(said)]) == (status, said)
    assert len(done.stderr.splitlines()) == bool(said)
