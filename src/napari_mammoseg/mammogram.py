"""Mammogram: what every reader returns and everything else takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError
from napari_mammoseg.kinds import LesionKind

Spacing = tuple[float, float]
"""Millimetres per pixel, per row and per column."""
SYNTHETIC = "Synthetic image: a lesion was put in by software"
"""What every image with a synthetic lesion says of itself, whatever its format."""
SMALLEST_MM, LARGEST_MM = 0.02, 0.5
"""What a pixel of a mammogram can measure."""
_LENGTH = re.compile(r"\s*(\d+(?:[.,]\d*)?|[.,]\d+)\s*(mm|[µμu]m)?\s*", re.IGNORECASE)  # sign and Greek letter


def is_possible(spacing: Spacing) -> bool:
    """Whether a pixel of a mammogram can have this size."""
    return all(SMALLEST_MM <= each <= LARGEST_MM for each in spacing)


def length_mm(text: str) -> float | None:
    """The millimetres that a person typed (0.07, 0,07, 70 µm, 70um, .07 mm); None where it is no length."""
    found = _LENGTH.fullmatch(text)
    if found is None:
        return None
    number, unit = float(found[1].replace(",", ".")), (found[2] or "mm").lower()
    return number if unit == "mm" else number / 1000


@dataclass(frozen=True, slots=True)
class Window:
    """A way to show the grey values, by the name its maker gave it.

    `low` and `high` are the limits in the units of `Mammogram.values` (of its `pixels` where it has no values); `curve`
    gives what is shown, 0…1, at equal steps from low to high (None: a straight line). Below low is shown as low, above
    high as high. `origin` says what the file holds: "VOI LUT", "SIGMOID 2653/900", …
    """

    explanation: str
    low: float
    high: float
    curve: NDArray[np.float32] | None = None
    origin: str = ""

    def shown(self, values: NDArray[Any]) -> NDArray[np.float32]:
        """What the window makes of grey values: float32 in 0…1, of their shape."""
        place = (np.asarray(values, np.float64) - self.low) / (self.high - self.low)
        if self.curve is None:
            return np.clip(place, 0, 1).astype(np.float32)
        steps = len(self.curve) - 1
        return np.interp(place * steps, np.arange(steps + 1), self.curve).astype(np.float32)


def every_value(dtype: np.dtype[Any]) -> NDArray[Any]:
    """All values of an 8- or 16-bit integer type in the order of their bit patterns, as lookup tables have them."""
    unsigned = np.dtype(f"u{dtype.itemsize}")
    return np.arange(2 ** (8 * dtype.itemsize), dtype=unsigned).view(dtype)


def look_up(table: NDArray[Any], values: NDArray[Any], out: NDArray[Any] | None = None) -> NDArray[Any]:
    """The table's entry for every value, where the table is made over `every_value`; without copies of the whole."""
    patterns = values.view(f"u{values.dtype.itemsize}")
    result = np.empty(values.shape, table.dtype) if out is None else out
    frames = (patterns, result) if values.ndim == 3 else ([patterns], [result])
    for pattern, shown in zip(*frames, strict=True):
        for start in range(0, len(pattern), _ROWS_AT_ONCE):
            rows = slice(start, start + _ROWS_AT_ONCE)
            np.take(table, pattern[rows], out=shown[rows], mode="clip")
    return result


_ROWS_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class Lesion:
    """One lesion of a data set's truth, in the image's own pixels (pixel centres at whole numbers).

    Exactly one of the shapes is given, in falling precision: `mask` (bool, size of the image), `contour` (n, 2) rows
    and columns, `circle` (row, column, radius), `box` (row0, column0, row1, column1; half-open), `point`.
    All None: the lesion is in the image, its place unknown.
    """

    kind: LesionKind
    label: Literal["benign", "malignant", "normal"] | None = None
    mask: NDArray[np.bool_] | None = None
    contour: NDArray[np.float64] | None = None
    circle: tuple[float, float, float] | None = None
    box: tuple[float, float, float, float] | None = None
    point: tuple[float, float] | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Mammogram:
    """A mammogram past its reader.

    pixels: float32 in 0…1, (rows, columns) or (frames, rows, columns), bright = dense, orientation as stored.
    spacing: mm per row and column in the breast's plane, or None where the file does not say.
    spacing_source: the tag or rule that the spacing comes from.
    view: "CC", "MLO", … ; laterality: "L" or "R"; intent: "FOR PRESENTATION" or "FOR PROCESSING".
    values: the grey values as stored, 8- or 16-bit integers, turned so that bright = dense, of the pixels' shape, where
    the format has windows over them; `pixels` are these through the default window.
    windows: presets for display, the file's default first.
    truth: None where the format carries none; an empty tuple says "known to be free of lesions".
    patient: a key that groups the images of one woman within a data set (never an identity from DICOM).
    notes: what the reader did or found odd, one line each; `properties`: further facts for `mammoseg info`.
    """

    pixels: NDArray[np.float32]
    name: str
    format: str
    path: Path | None = None
    sha256: str | None = None
    spacing: Spacing | None = None
    spacing_source: str | None = None
    view: str | None = None
    laterality: str | None = None
    intent: str | None = None
    values: NDArray[Any] | None = None
    windows: tuple[Window, ...] = ()
    truth: tuple[Lesion, ...] | None = None
    patient: str | None = None
    notes: tuple[str, ...] = ()
    properties: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.pixels.dtype != np.float32 or self.pixels.ndim not in (2, 3) or 0 in self.pixels.shape:
            raise ValueError(f"pixels are {self.pixels.dtype} {self.pixels.shape}, not float32 (rows, columns)")

    @property
    def rows(self) -> int:
        return int(self.pixels.shape[-2])

    @property
    def columns(self) -> int:
        return int(self.pixels.shape[-1])

    @property
    def frames(self) -> int:
        return int(self.pixels.shape[0]) if self.pixels.ndim == 3 else 1

    def with_spacing(self, spacing_mm: float | Spacing, source: str = "given") -> Mammogram:
        """The same image with a spacing that a person gave. Raises InputError if no mammogram can have it."""
        rows, columns = np.broadcast_to(np.asarray(spacing_mm, np.float64), 2).tolist()
        if not is_possible((rows, columns)):
            said = " x ".join(dict.fromkeys(f"{each:g}" for each in (rows, columns)))
            possible = f"give one of {SMALLEST_MM:g} to {LARGEST_MM:g} mm"
            raise InputError(self.name, f"cannot have a pixel spacing of {said} mm", possible)
        return replace(self, spacing=(rows, columns), spacing_source=source)

    def check_finite(self) -> None:
        """Raises InputError for NaN and infinity, which no reader lets pass, but an array may hold."""
        if not np.isfinite([self.pixels.min(), self.pixels.max()]).all():
            raise InputError(self.name, "has pixels that are not numbers (NaN or infinite)", "replace them")

    def projected(self) -> Mammogram:
        """The image itself, or the brightest value over the frames of a stack."""
        if self.pixels.ndim == 2:
            return self
        values = None if self.values is None else self.values.max(axis=0)
        return replace(self, pixels=self.pixels.max(axis=0), values=values)

    def through(self, window: Window) -> NDArray[np.float32]:
        """The image as `window` shows it: float32 in 0…1, of the pixels' shape."""
        if self.values is None:
            return window.shown(self.pixels)
        return look_up(window.shown(every_value(self.values.dtype)), self.values)

    @classmethod
    def of(cls, pixels: NDArray[Any], name: str = "array", **facts: Any) -> Mammogram:
        """A mammogram from an array of grey values, (rows, columns) or (frames, rows, columns), bright = dense.

        Integers are divided by their type's largest value. facts: fields of the Mammogram; the spacing in mm may be one
        number. Raises InputError for colours.
        """
        array = np.asarray(pixels)
        if array.ndim == 3 and array.shape[-1] in (3, 4):
            raise InputError(name, f"is an array of {array.shape} with colours", "give one grey value per pixel")
        if facts.get("spacing") is not None:
            facts["spacing"] = tuple(np.broadcast_to(np.asarray(facts["spacing"], np.float64), 2).tolist())
        if np.issubdtype(array.dtype, np.integer):
            array = array / np.float32(np.iinfo(array.dtype).max)
        return cls(np.ascontiguousarray(array, dtype=np.float32), name, facts.pop("format", "array"), **facts)
