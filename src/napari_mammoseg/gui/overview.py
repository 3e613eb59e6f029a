"""The window as a person has it after a run, and a picture of it: `python -m napari_mammoseg.gui.overview`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Findings, ImageRecord
from napari_mammoseg.gui.layers.image_layers import image_layers
from napari_mammoseg.gui.preferences import PLUGIN
from napari_mammoseg.gui.show import add
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.pipeline_table import PIPELINES
from napari_mammoseg.readers import read
from napari_mammoseg.readers.results import results_of

if TYPE_CHECKING:
    from napari import Viewer

SIZE = (1600, 1000)


def open_window(image: Mammogram, results: list[Findings]) -> Viewer:
    """A window with the image, its results on it, and the dock of each of their pipelines."""
    from napari import Viewer

    viewer = Viewer(title="mammoseg", show_welcome_screen=False)
    viewer.window.resize(*SIZE)
    layer = add(viewer, image_layers(image))[0]
    docks = [
        viewer.window.add_plugin_dock_widget(PLUGIN, PIPELINES[each.pipeline].dock, tabify=True)[1] for each in results
    ]
    for dock, findings in zip(docks, results, strict=True):
        shown = dock.present(layer, findings, findings.run.settings["threshold"])
        for each in shown.layers if _outlined(findings, results) else ():
            each.visible = False
    viewer.reset_view()
    return viewer


def _outlined(boxes: Findings, results: list[Findings]) -> bool:
    """Whether another result outlines what `boxes` has as boxes alone: two captions would lie on each other."""
    kinds = {each.kind for each in boxes.findings}
    others = ({each.kind for each in other.findings} for other in results if other.mask is not None)
    return boxes.mask is None and any(kinds <= other for other in others)


def picture(viewer: Viewer, path: Path) -> None:
    """Writes what the window shows once it is drawn."""
    from qtpy.QtCore import QEventLoop, QTimer

    drawn = QEventLoop()
    QTimer.singleShot(1500, drawn.quit)
    drawn.exec()
    path.parent.mkdir(parents=True, exist_ok=True)
    viewer.screenshot(str(path), canvas_only=False, flash=False)


def main() -> None:
    """The program."""
    parser = argparse.ArgumentParser(prog="overview", description="The napari window after a run, as a picture.")
    parser.add_argument("input", type=Path, help="the mammogram")
    parser.add_argument("--findings", type=Path, required=True, metavar="DIR", help="what `mammoseg analyze` wrote")
    parser.add_argument("--out", type=Path, default=Path("out/overview.png"), help="the picture")
    parser.add_argument("--spacing", type=float, help="pixel spacing, in mm")
    parser.add_argument("--keep-open", action="store_true", help="leave the window open afterwards")
    given = parser.parse_args()
    try:
        image = read(given.input, given.spacing)
        results = results_of(ImageRecord.of(image), given.findings)
    except InputError as error:
        print(error, file=sys.stderr)
        sys.exit(2)
    viewer = open_window(image, results)
    picture(viewer, given.out)
    if given.keep_open:
        from napari import run

        run()
    viewer.close()


if __name__ == "__main__":
    main()
