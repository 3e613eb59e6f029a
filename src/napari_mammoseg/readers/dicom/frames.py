"""All frames of a file, decoded: the stored values as they are meant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from napari_mammoseg.errors import InputError
from napari_mammoseg.readers.dicom.bits import limits, stored_bits
from napari_mammoseg.readers.dicom.colour import grey_of_palette, grey_of_samples
from napari_mammoseg.readers.dicom.decoding import frames
from napari_mammoseg.readers.dicom.layout import Layout
from napari_mammoseg.readers.dicom.padding import as_pixel
from napari_mammoseg.readers.dicom.tags import whole

_ROWS_COUNTED = 64


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored values, (rows, columns) or (frames, rows, columns), with the smallest and the largest of them.

    first, last: the smallest and the largest value that there can be.
    """

    values: NDArray[Any]
    lowest: int
    highest: int
    first: int
    last: int
    notes: tuple[str, ...] = ()

    @property
    def of_frames(self) -> NDArray[Any]:
        """The values as (frames, rows, columns), whatever their number."""
        return self.values if self.values.ndim == 3 else self.values[np.newaxis]

    def edges(self) -> NDArray[Any]:
        """The values along the four edges of the first frame."""
        frame = self.of_frames[0]
        return np.concatenate([frame[0], frame[-1], frame[:, 0], frame[:, -1]])

    def counts(self) -> NDArray[np.int64]:
        """How often each value of the type occurs, ascending."""
        span = 2 ** (8 * self.values.itemsize)
        counts = np.zeros(span, np.int64)
        for frame in self.of_frames:
            for start in range(0, len(frame), _ROWS_COUNTED):
                rows = frame[start : start + _ROWS_COUNTED].view(f"u{frame.itemsize}")
                counts += np.bincount(rows.ravel(), minlength=span)
        return np.roll(counts, span // 2) if self.values.dtype.kind == "i" else counts


def stored_values(path: Path, data: Dataset, layout: Layout) -> Stored:
    """Decodes every frame. Raises InputError where one cannot be."""
    values, notes = stored_bits(_decoded(path, data, layout), layout, _padding(data, layout))
    bits = min(layout.bits_stored, 8 * values.itemsize)
    if layout.photometric == "PALETTE COLOR":
        values = grey_of_palette(path, data, values, layout)
        bits = 8 * values.itemsize
    return Stored(values, int(values.min()), int(values.max()), *limits(values.dtype, bits), (*layout.notes, *notes))


def _decoded(path: Path, data: Dataset, layout: Layout) -> NDArray[Any]:
    """All frames as they come from the decoder, (rows, columns) or (frames, rows, columns)."""
    each = (_checked(path, frame, layout) for frame in frames(path, data, layout))
    first = next(each)
    if layout.frames == 1:
        return first
    values = np.empty((layout.frames, *first.shape), first.dtype)
    values[0] = first
    for place, frame in enumerate(each, 1):
        values[place] = frame
    return values


def _checked(path: Path, frame: NDArray[Any], layout: Layout) -> NDArray[Any]:
    """One frame, (rows, columns), in this machine's byte order. Raises InputError where it is something else."""
    if frame.dtype.kind in "ui" and frame.shape == (layout.rows, layout.columns, 3):
        frame = grey_of_samples(path, frame, layout)
    if frame.dtype.kind not in "ui" or frame.itemsize > 2 or frame.shape != (layout.rows, layout.columns):
        raise InputError(path, f"decodes to {frame.dtype} {frame.shape}, not to a grey image", "export it again")
    return np.ascontiguousarray(frame, frame.dtype.newbyteorder("="))


def _padding(data: Dataset, layout: Layout) -> int | None:
    value = whole(data, "PixelPaddingValue")
    return None if value is None else as_pixel(value, layout.bits_allocated, layout.signed)
