"""The images of an exam that hang, read, with the way each is turned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams.exam import ExamImage, Place
from napari_mammoseg.exams.layout import Sheet
from napari_mammoseg.exams.turning import AS_STORED, Side, Turn, turn_of
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import read
from napari_mammoseg.run import Run


@dataclass(frozen=True, slots=True)
class Opened:
    """An image that was read for its place."""

    image: ExamImage
    mammogram: Mammogram
    turn: Turn

    @property
    def sheet(self) -> Sheet:
        return sheet_of(self.mammogram, self.turn)


def open_places(
    images: Mapping[Place, ExamImage], run: Run | None = None
) -> tuple[dict[Place, Opened], list[InputError]]:
    """The images by their places, and a line for each that cannot be read: its place stays empty."""
    run = run or Run()
    opened: dict[Place, Opened] = {}
    refused: list[InputError] = []
    for place, image in run.track(images.items(), "reading", len(images)):
        try:
            opened[place] = _open(image, place)
        except InputError as error:
            refused.append(error)
    return opened, refused


def sheet_of(mammogram: Mammogram, turn: Turn) -> Sheet:
    return Sheet(mammogram.rows, mammogram.columns, mammogram.spacing, turn)


def turned(mammogram: Mammogram, image: ExamImage, place: Place) -> Turn:
    """How the mammogram is turned to hang in `place`; not at all where nothing says which breast it shows."""
    if image.laterality is None:
        return AS_STORED
    side: Side = "L" if place[0] == "L" else "R"
    pixels = np.ascontiguousarray(mammogram.projected().pixels)
    return turn_of(pixels, side, image.view or place[1:], image.orientation)


def _open(image: ExamImage, place: Place) -> Opened:
    mammogram = read(image.path)
    return Opened(image, mammogram, turned(mammogram, image, place))
