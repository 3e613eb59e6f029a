"""Lookup tables of a DICOM file: an item of a Modality or VOI LUT sequence (PS3.3 C.11.1, C.11.2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from napari_mammoseg.readers.dicom.tags import many, numbers, raw, text


@dataclass(frozen=True, slots=True)
class Lut:
    """`data[0]` for `first` and everything below it, and so on; the file says that entries have `bits` bits."""

    first: int
    data: NDArray[np.uint16]
    bits: int
    explanation: str | None = None

    @property
    def top(self) -> int:
        """The entry that is shown white: the largest there can be, or the largest there is where `bits` is wrong."""
        return max(int(self.data.max()), 1) if self._is_misdeclared else 2**self.bits - 1

    @property
    def width_note(self) -> str | None:
        """A line about entries that are not of as many bits as declared, or None."""
        if not self._is_misdeclared:
            return None
        said = f"a VOI LUT says {self.bits} bits per entry, but its largest entry is {self.data.max()}"
        return f"{said}: that one is shown white"

    @property
    def _is_misdeclared(self) -> bool:
        largest = int(self.data.max())
        return not 1 <= self.bits <= 16 or (largest > 0 and largest.bit_length() != self.bits)

    def __call__(self, values: NDArray[Any]) -> NDArray[np.float64]:
        places = np.clip(np.rint(values) - self.first, 0, len(self.data) - 1)
        return self.data[places.astype(np.int64)].astype(np.float64)


def read_lut(item: Dataset, signed: bool) -> Lut | None:
    """The table in a LUT sequence's item, None where it is broken. `signed`: the values that go in may be negative."""
    descriptor = numbers(item, "LUTDescriptor")
    if len(descriptor) != 3 or not all(-(2**15) <= each < 2**16 for each in descriptor):
        return None
    entries, first, bits = int(descriptor[0]) % 2**16 or 2**16, int(descriptor[1]), int(descriptor[2])
    if signed and first >= 2**15:
        first -= 2**16
    data = _entries(item, entries)
    if data is None:
        return None
    return Lut(first, data, bits, text(item, "LUTExplanation"))


def _entries(item: Dataset, entries: int) -> NDArray[np.uint16] | None:
    """LUTData as numbers: a list of them, or bytes with one or two per entry; None where some are missing."""
    given: Any = raw(item, "LUTData")
    if isinstance(given, bytes):
        padded = entries + entries % 2
        order = ">" if item.original_encoding[1] is False else "<"
        narrow = entries <= len(given) <= padded
        values = np.frombuffer(given if narrow else given[: len(given) // 2 * 2], "u1" if narrow else f"{order}u2")
    else:
        values = np.asarray([int(each) & 0xFFFF for each in many(item, "LUTData") if isinstance(each, int)], np.uint16)
    return values[:entries].astype(np.uint16) if len(values) >= entries else None
