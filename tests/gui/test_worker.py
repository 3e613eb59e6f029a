"""A job that still runs when the program ends is stopped, and says nothing of widgets that are gone."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytestmark = pytest.mark.gui
PROGRAM = """
import time
from qtpy.QtWidgets import QApplication
from napari_mammoseg.gui.worker import Worker

application = QApplication([])
worker = Worker()
started = []

def job(run):
    started.append(True)
    for _ in run.track(range(1000), "counting", 1000):
        time.sleep(0.01)

worker.start(job)
while not started:
    time.sleep(0.01)
"""


def test_a_program_that_ends_while_something_runs_prints_nothing() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
