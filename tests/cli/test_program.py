"""The program as the shell sees it."""

from __future__ import annotations

import subprocess
import sys

from napari_mammoseg._version import VERSION

PROGRAM = [sys.executable, "-c", "from napari_mammoseg.cli import main; main()"]


def test_it_says_its_version_and_ends_well() -> None:
    done = subprocess.run([*PROGRAM, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["mammoseg", VERSION]


def test_what_it_printed_arrives_whole_and_a_wrong_name_ends_with_status_2() -> None:
    listed = subprocess.run([*PROGRAM, "models", "--json"], capture_output=True, text=True, check=True)
    assert listed.stdout.rstrip().endswith(("]", "}"))
    assert subprocess.run([*PROGRAM, "models", "no-such-model"], capture_output=True, check=False).returncode == 2
