"""Makes the pictures of the documents from real runs in a real window: `make docs`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import napari
from qtpy.QtCore import QEventLoop, QTimer

from napari_mammoseg.gui.dock.preferences import PLUGIN

FOLDER = Path(__file__).with_name("pictures")
SIZE = (1500, 940)


def main() -> None:
    """Every picture, in the order of the documents."""
    viewer = napari.Viewer(title="mammoseg", show_welcome_screen=False)
    viewer.window.resize(*SIZE)
    FOLDER.mkdir(exist_ok=True)
    _run_and_look(viewer)
    _compare(viewer)
    _windows(viewer)
    _exam(viewer)
    viewer.close()


def _run_and_look(viewer: napari.Viewer) -> None:
    viewer.open_sample(PLUGIN, "right_mlo")
    _, dock = viewer.window.add_plugin_dock_widget(PLUGIN, "Microcalcifications")
    dock.run()
    _wait(200)
    _picture(viewer, "running")
    _until(lambda: not dock.job.running)
    viewer.reset_view()
    _picture(viewer, "microcalcifications")
    clusters = dock.result.findings.of_kind("cluster") or dock.result.findings.findings
    if clusters:
        dock.panel.table.select(clusters[0].id)
        dock.panel.chosen.emit(clusters[0].id)
        _picture(viewer, "cluster")
    viewer.window.remove_dock_widget(dock)


def _compare(viewer: napari.Viewer) -> None:
    viewer.layers.clear()
    viewer.open_sample(PLUGIN, "right_mlo")
    entry, dock = viewer.window.add_plugin_dock_widget(PLUGIN, "Masses")
    dock.run()
    _until(lambda: not dock.job.running)
    dock.panel.tabs.setCurrentWidget(dock.comparison)
    dock.comparison.compare()
    _until(lambda: not dock.comparison.job.running)
    viewer.reset_view()
    _picture(viewer, "comparison")
    viewer.window.remove_dock_widget(entry)


def _windows(viewer: napari.Viewer) -> None:
    viewer.layers.clear()
    viewer.open_sample(PLUGIN, "right_mlo")
    viewer.window.add_plugin_dock_widget(PLUGIN, "Window presets")
    viewer.reset_view()
    _picture(viewer, "windows")


def _exam(viewer: napari.Viewer) -> None:
    viewer.layers.clear()
    viewer.open_sample(PLUGIN, "four_views")
    _, dock = viewer.window.add_plugin_dock_widget(PLUGIN, "Exam")
    dock.analysis.run()
    _until(lambda: not dock.busy)
    _picture(viewer, "exam")


def _picture(viewer: napari.Viewer, name: str) -> None:
    _wait(1000)
    viewer.screenshot(str(FOLDER / f"{name}.png"), canvas_only=False, flash=False)


def _wait(milliseconds: int) -> None:
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def _until(condition: Callable[[], Any]) -> None:
    while not condition():
        _wait(50)


if __name__ == "__main__":
    main()
