"""The first ten minutes of a new user in a real window, with pictures for the documents: `make docs`.

The steps of `KEPT` write their pictures into `pictures/`; `--all DIR` writes those of every step. Printed is, for each
step, the longest time in ms for which the window did not answer.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import napari
import napari.settings
from PIL import Image
from qtpy.QtCore import QEventLoop, Qt, QTimer
from qtpy.QtTest import QTest
from qtpy.QtWidgets import QScrollArea, QWidget

from napari_mammoseg import samples
from napari_mammoseg.gui.preferences import PLUGIN, remember

PICTURES = Path(__file__).with_name("pictures")
KEPT = (
    "microcalcifications",
    "cluster",
    "comparison",
    "outlines",
    "synthesis",
    "reading",
    "windows",
    "exam",
)
SIZE = (1400, 860)
COLOURS = 256
"""Of a picture: enough for grey tissue and few enough for a small file."""


class Walk:
    """A window, and what is done in it, step by step."""

    def __init__(self, size: tuple[int, int], folder: Path | None) -> None:
        self.viewer = napari.Viewer(title="mammoseg", show_welcome_screen=False)
        self.viewer.window.resize(*size)
        self._folder = folder
        self._gaps: list[float] = []
        self._last = time.perf_counter()
        self._clock = QTimer(interval=10)
        self._clock.timeout.connect(self._tick)
        self._clock.start()
        wait(500)

    def step(self, name: str, do: Callable[[], Any]) -> Any:
        """Does one thing, waits until the window is drawn, and takes a picture."""
        self._gaps, self._last = [], time.perf_counter()
        result = do()
        wait(800)
        print(f"{name:24} {1000 * max(self._gaps):6.0f} ms", flush=True)
        self._picture(name)
        return result

    def dock(self, name: str) -> Any:
        return self.viewer.window.add_plugin_dock_widget(PLUGIN, name)[1]

    def _tick(self) -> None:
        now = time.perf_counter()
        self._gaps.append(now - self._last)
        self._last = now

    def _picture(self, name: str) -> None:
        targets = [PICTURES / f"{name}.png"] if name in KEPT else []
        targets += [self._folder / f"{name}.png"] if self._folder is not None else []
        if targets:
            seen = Image.fromarray(self.viewer.screenshot(canvas_only=False, flash=False)).convert("RGB")
            file = BytesIO()
            seen.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, 2, dither=Image.Dither.NONE).save(
                file, "PNG", optimize=True
            )
            for each in targets:
                each.parent.mkdir(parents=True, exist_ok=True)
                each.write_bytes(file.getvalue())


def main() -> None:
    """All steps, in the order in which a new user would come to them."""
    parser = argparse.ArgumentParser(description="Walk through the window and make the pictures of the documents.")
    parser.add_argument("--all", type=Path, metavar="DIR", help="a picture of every step, into this folder")
    parser.add_argument("--size", default=f"{SIZE[0]}x{SIZE[1]}", help="of the window, as WIDTHxHEIGHT")
    parser.add_argument("--theme", choices=("dark", "light"), default="dark")
    given = parser.parse_args()
    width, height = map(int, given.size.split("x"))
    with TemporaryDirectory() as folder:
        napari.settings.get_settings(Path(folder) / "settings.yaml").appearance.theme = given.theme
        remember(readings=str(Path(folder) / "readings"), reader="reader 1")
        walk = Walk((width, height), given.all)
        for part in (calcifications, masses, outlines, synthesis, window_presets, exam):
            part(walk)
        walk.viewer.close()


def calcifications(walk: Walk) -> None:
    viewer = walk.viewer
    walk.step("sample", lambda: viewer.open_sample(PLUGIN, "right_mlo"))
    dock = walk.step("dock", lambda: walk.dock("Microcalcifications"))
    walk.step("running", lambda: click(dock.bar.run_button))
    walk.step("run", lambda: until(lambda: not dock.job.running))
    walk.step("microcalcifications", viewer.reset_view)
    walk.step("cluster", lambda: choose(dock, dock.result.findings.of_kind("cluster")[0].id))
    walk.step("threshold", lambda: dock.panel.slider.setValue(0.2))
    with TemporaryDirectory() as folder:
        walk.step("save", lambda: dock.save(folder))
    walk.step("marks-hidden", lambda: QTest.keyClick(canvas(viewer), Qt.Key.Key_H))
    walk.step("marks-shown", lambda: QTest.keyClick(canvas(viewer), Qt.Key.Key_H))


def masses(walk: Walk) -> None:
    dock = walk.step("masses-dock", lambda: walk.dock("Masses"))
    walk.step("masses", lambda: run(dock))
    walk.step("reading", lambda: read(dock))
    dock.panel.tabs.setCurrentWidget(dock.comparison)
    dock.comparison.compare()
    walk.step("compare", lambda: until(lambda: not dock.comparison.job.running))
    walk.step("comparison", walk.viewer.reset_view)


def outlines(walk: Walk) -> None:
    clear(walk)
    walk.viewer.open_sample(PLUGIN, "left_cc")
    dock = walk.step("outlines-dock", lambda: walk.dock("Mass outlines"))
    walk.step("outlines-run", lambda: run(dock))
    best = max(dock.result.findings.findings, key=lambda each: each.score)
    walk.step("outlines", lambda: choose(dock, best.id))


def synthesis(walk: Walk) -> None:
    clear(walk)
    walk.viewer.open_sample(PLUGIN, "left_cc")
    dock = walk.step("synthesis-dock", lambda: walk.dock("Lesion synthesis"))

    def put_in() -> None:
        click(dock.bar.run_button)
        until(lambda: not dock.worker.running)

    walk.step("synthesis-run", put_in)
    walk.step("synthesis", walk.viewer.reset_view)


def window_presets(walk: Walk) -> None:
    clear(walk)
    walk.viewer.open_sample(PLUGIN, "right_mlo")
    walk.step("windows-dock", lambda: walk.dock("Window presets"))
    walk.step("windows", walk.viewer.reset_view)


def exam(walk: Walk) -> None:
    clear(walk)
    walk.step("folder", lambda: walk.viewer.open(samples.exam(), plugin=PLUGIN))
    dock = walk.dock("Exam")

    def analyse() -> None:
        click(dock.analysis.bar.run_button)
        until(lambda: not dock.busy)

    walk.step("exam", analyse)
    walk.step("one-view", lambda: QTest.keyClick(canvas(walk.viewer), Qt.Key.Key_W))
    walk.step("all-views", lambda: QTest.keyClick(canvas(walk.viewer), Qt.Key.Key_W))
    walk.step("inverted", lambda: QTest.keyClick(canvas(walk.viewer), Qt.Key.Key_G))


def clear(walk: Walk) -> None:
    """Closes every image and dock."""
    walk.viewer.layers.clear()
    walk.viewer.window.remove_dock_widget("all")
    wait(100)


def run(dock: Any) -> None:
    click(dock.bar.run_button)
    until(lambda: not dock.job.running)


def choose(dock: Any, finding: int) -> None:
    """As a click on its row of the table."""
    dock.panel.table.select(finding)
    dock.panel.chosen.emit(finding)


def read(dock: Any) -> None:
    """Rejects the second best mass, accepts the best, and shows what else can be said of it."""
    worst_first = sorted(dock.result.findings.findings, key=lambda each: each.score)
    for each, button in zip(worst_first[-2:], (dock.reading.reject, dock.reading.accept), strict=False):
        choose(dock, each.id)
        click(button)
    bar = dock.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())


def click(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def canvas(viewer: napari.Viewer) -> QWidget:
    """The picture, with the keyboard's focus."""
    native: QWidget = viewer.window._qt_viewer.canvas.native
    native.setFocus()
    return native


def wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def until(condition: Callable[[], Any]) -> None:
    while not condition():
        wait(20)


if __name__ == "__main__":
    main()
