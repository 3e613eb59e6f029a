"""An image that was read before: its reading is looked for when the image is chosen, beside the window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qtpy.QtCore import QObject, Signal

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import ImageRecord
from napari_mammoseg.gui.layers.image_layers import facts_of
from napari_mammoseg.gui.reading import place as reading_place
from napari_mammoseg.gui.worker import Worker
from napari_mammoseg.readings import Reading, Shelf
from napari_mammoseg.verdicts import SEEN, WHEN

if TYPE_CHECKING:
    from napari.layers import Image


class Reopening(QObject):
    """`found(layer, Reading)` tells what the reader made of an image; `refused(InputError)` of a damaged file."""

    found = Signal(object, object)
    refused = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._job = Worker(self)
        self._wanted: tuple[Image, str] | None = None
        self._job.done.connect(self._on_done)
        self._job.refused.connect(self._on_refused)

    def look(self, layer: Image, pipeline: str) -> None:
        """Looks for the reader's last reading of the image by the pipeline; the last image asked for counts."""
        self._wanted = (layer, pipeline)
        if not self._job.running:
            self._begin(layer, pipeline)

    def forget(self) -> None:
        """Looks for nothing any more."""
        self._wanted = None

    def _begin(self, layer: Image, pipeline: str) -> None:
        facts, (rows, columns) = facts_of(layer), layer.data.shape[-2:]
        image = ImageRecord(facts["name"], facts.get("sha256"), int(rows), int(columns), None, None, None, None)
        shelf = reading_place.shelf()
        self._job.start(lambda run: (layer, pipeline, shelf, shelf.latest_on(image, pipeline)))

    def _on_done(self, done: tuple[Image, str, Shelf, Reading | None]) -> None:
        layer, pipeline, shelf, reading = done
        if self._wanted is None:
            return
        if self._wanted != (layer, pipeline) or shelf != reading_place.shelf():  # another one reads by now
            self._begin(*self._wanted)
        elif reading is not None:
            self.found.emit(layer, reading)

    def _on_refused(self, error: InputError) -> None:
        if self._wanted is not None:
            self.refused.emit(error)


def said_of(reading: Reading) -> str:
    """That it is here again, and how much was read when."""
    judged = [each.features.get(WHEN) for each in reading.read.findings]
    times = sorted(str(each) for each in (*judged, reading.read.summary.get(SEEN)) if each)
    when = f", last changed on {times[-1][:10]}" if times else ""
    by = f" of {reading.reader}" if reading.reader else ""
    return f"The reading{by} is here again{when}."
