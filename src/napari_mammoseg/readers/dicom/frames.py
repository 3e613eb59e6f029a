"""All frames of a file, decoded: the stored values as they are meant."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from napari_mammoseg.errors import InputError
from napari_mammoseg.readers.dicom.decoding import frames
from napari_mammoseg.readers.dicom.overlays import without_embedded_overlays
from napari_mammoseg.readers.dicom.refusals import Layout

_ROWS_COUNTED = 64


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored values, (rows, columns) or (frames, rows, columns), with the least and the largest that there are.

    first, last: the least and the largest that there can be.
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
    each = (_as_meant(frame, data, layout) for frame in frames(path, data, layout))
    first = next(each)
    if first.dtype.kind not in "ui" or first.itemsize > 2 or first.shape != (layout.rows, layout.columns):
        raise InputError(path, f"decodes to {first.dtype} {first.shape}, not to a grey image", "export it again")
    values = first
    if layout.frames > 1:
        values = np.empty((layout.frames, *first.shape), first.dtype)
        values[0] = first
        for place, frame in enumerate(each, 1):
            values[place] = frame
    return _limited(values, layout)


def _as_meant(frame: NDArray[Any], data: Dataset, layout: Layout) -> NDArray[Any]:
    """One frame without overlay bits, and with the sign that files leave out of the unused bits."""
    frame = without_embedded_overlays(data, frame, layout.bits_stored)
    frame = frame.astype(frame.dtype.newbyteorder("="), copy=False)
    unused = 8 * frame.itemsize - layout.bits_stored
    if frame.dtype.kind == "i" and unused > 0 and frame.min() >= 0 and frame.max() >= 2 ** (layout.bits_stored - 1):
        return (frame << unused) >> unused
    return np.ascontiguousarray(frame)


def _limited(values: NDArray[Any], layout: Layout) -> Stored:
    lowest, highest = int(values.min()), int(values.max())
    bits = min(layout.bits_stored, 8 * values.itemsize)
    first, last = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if values.dtype.kind == "i" else (0, 2**bits - 1)
    if first <= lowest and highest <= last:
        return Stored(values, lowest, highest, first, last)
    limits = np.iinfo(values.dtype)
    note = f"its values ({lowest} to {highest}) do not fit into the {bits} bits that it says"
    return Stored(values, lowest, highest, int(limits.min), int(limits.max), (note,))
