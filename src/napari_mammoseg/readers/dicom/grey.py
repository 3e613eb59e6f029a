"""From stored values to grey 0…1 with bright = dense, as one lookup table.

Stored value → modality LUT or rescale → VOI → polarity (PS3.3 C.11.1, C.11.2, C.11.6; PS3.4 N.2). Everything happens on
the at most 65,536 values that a pixel can have; the image itself is looked up once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from napari_mammoseg.mammogram import Window, every_value
from napari_mammoseg.readers.dicom.lut import read_lut
from napari_mammoseg.readers.dicom.tags import as_written, items, number
from napari_mammoseg.readers.dicom.voi import Voi

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """What the stored values of a frame mean.

    modality, padding: what it is after the modality transformation and whether it is no part of the picture, for every
    value of the pixels' type `dtype`, ascending. line: slope and intercept where the transformation is no table.
    first, last: the least and the largest stored value there can be. inverted: large modality values are to be dark.
    """

    dtype: np.dtype[Any]
    first: int
    last: int
    modality: Values
    line: tuple[float, float] | None
    padding: NDArray[np.bool_]
    inverted: bool

    @property
    def stored(self) -> NDArray[np.int64]:
        """Every value of the pixels' type, ascending."""
        limits = np.iinfo(self.dtype)
        return np.arange(limits.min, limits.max + 1)

    @property
    def range(self) -> slice:
        """Where `first` to `last` lie in the arrays."""
        lowest = np.iinfo(self.dtype).min
        return slice(self.first - lowest, self.last - lowest + 1)

    @property
    def turned(self) -> bool:
        """Whether `Mammogram.values` run against the stored ones, so that bright = dense."""
        part = self.modality[self.range]
        return self.inverted == bool(part[-1] >= part[0])

    def values(self) -> NDArray[Any]:
        """`Mammogram.values` for every stored value, ascending; padding is the darkest."""
        stored = np.clip(self.stored, self.first, self.last)
        values = self.first + self.last - stored if self.turned else stored
        return np.where(self.padding, self.first, values).astype(self.dtype)

    def table(self, ascending: NDArray[Any]) -> NDArray[Any]:
        """An array for every stored value as a table for `look_up`."""
        return ascending[every_value(self.dtype).astype(np.int64) - np.iinfo(self.dtype).min]

    def window(self, choice: Voi) -> Window:
        """A VOI choice as a window over `Mammogram.values`."""
        if choice.limits is not None and self.line is not None:
            low, high = self._ends(*choice.limits)
            if low >= self.first or not self.padding.any():
                return Window(choice.explanation, low, high, None, choice.origin)
        shown = choice.shown(self.modality)
        return self.curve(choice.explanation, choice.origin, 1 - shown if self.inverted else shown)

    def curve(self, explanation: str, origin: str, shown: Values) -> Window:
        """What is `shown` for every stored value, ascending, as a window with an entry for each of the `values`.

        The darkest value, which is padding where there is any, is then shown as 0.
        """
        part = shown[self.range]
        curve = (part[::-1] if self.turned else part).astype(np.float32)
        if self.padding.any():
            curve[0] = 0
        return Window(explanation, float(self.first), float(self.last), curve, origin)

    def _ends(self, low: float, high: float) -> tuple[float, float]:
        """Limits after the modality transformation as limits of `Mammogram.values`."""
        slope, intercept = self.line or (1.0, 0.0)
        ends = sorted((each - intercept) / slope for each in (low, high))
        return (
            (self.first + self.last - ends[1], self.first + self.last - ends[0]) if self.turned else (ends[0], ends[1])
        )


def modality(header: Dataset, stored: NDArray[np.int64]) -> tuple[Values, tuple[float, float] | None, list[str]]:
    """The modality values of the `stored` ones, their slope and intercept (None: a LUT), and what is wrong."""
    sequence = items(header, "ModalityLUTSequence")
    lut = read_lut(sequence[0], signed=bool(stored[0] < 0)) if sequence else None
    if lut is not None:
        return lut(stored), None, []
    notes = ["the modality LUT of the file is broken and left out"] if sequence else []
    slope, intercept = (_rescale(header, f"Rescale{each}", notes) for each in ("Slope", "Intercept"))
    if slope == 0:
        notes.append("RescaleSlope is 0: the stored values are used as they are")
    slope = slope or 1.0
    return stored.astype(np.float64) * slope + (intercept or 0.0), (slope, intercept or 0.0), notes


def _rescale(header: Dataset, keyword: str, notes: list[str]) -> float | None:
    """The number, None where there is none; an unreadable one is noted."""
    value, said = number(header, keyword), as_written(header, keyword)
    if value is None and said:
        notes.append(f"{keyword} '{said}' is no number and is left out")
    return value
