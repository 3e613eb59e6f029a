"""The window goes on drawing while something is read, imported or shown."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest
from napari.components import ViewerModel
from qtpy.QtCore import QTimer

from napari_mammoseg.errors import InputError
from napari_mammoseg.gui import beside, preferences
from napari_mammoseg.gui.beside import beside_the_window
from napari_mammoseg.gui.show import add

pytestmark = pytest.mark.gui


@pytest.fixture
def ticks(qtbot) -> list[float]:
    """Grows as long as the window answers."""
    times: list[float] = []
    timer = QTimer(interval=5)
    timer.timeout.connect(lambda: times.append(time.monotonic()))
    timer.start()
    yield times
    timer.stop()


def test_the_window_answers_while_something_is_done_beside_it(ticks: list[float]) -> None:
    assert beside_the_window(lambda: time.sleep(0.5) or "done") == "done"
    assert len(ticks) > 5


def test_what_was_wrong_beside_the_window_is_told_in_it(qtbot) -> None:
    def read() -> None:
        raise InputError("x.dcm", "is empty", "copy it again")

    with pytest.raises(InputError, match="is empty"):
        beside_the_window(read)


def test_the_window_answers_between_two_layers(ticks: list[float]) -> None:
    seen: list[int] = []
    viewer = ViewerModel()
    viewer.layers.events.inserted.connect(lambda event: time.sleep(0.02))
    QTimer.singleShot(1, lambda: seen.append(len(viewer.layers)))
    add(viewer, [(np.zeros((9, 9)), {}, "image")] * 3)
    assert seen
    assert seen[0] < 3


def test_plugins_are_searched_for_their_preferences_before_a_dock_needs_them(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(preferences, "preferences", lambda: asked.append("preferences"))
    monkeypatch.setattr(beside, "import_module", asked.append)
    beside._prepare_docks()
    assert "preferences" in asked


def test_opening_imports_nothing_heavy_in_the_windows_thread() -> None:
    heavy = "{'scipy', 'pandas', 'pydicom', 'torch', 'skimage', 'napari'}"
    code = f"import sys, napari_mammoseg.gui.hooks.entry; sys.exit(str(sorted({heavy} & set(sys.modules))))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stderr.strip() == "[]"
