"""How the pixels of a DICOM file lie in it: their size, number, type and colour model (PS3.3 C.7.6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset

from napari_mammoseg.errors import InputError
from napari_mammoseg.readers.dicom.tags import as_written, code_string, whole

MOST_PIXELS_PER_FRAME, MOST_PIXELS = 250_000_000, 1_500_000_000
"""A film of 24 x 30 cm at 0.025 mm has 115 million pixels, a tomosynthesis of 100 slices at 0.085 mm the latter."""

MOST_FRAMES = 2**31 - 1
"""The largest number that an element of its type can have."""

GREY = ("MONOCHROME1", "MONOCHROME2")
_IMAGE = "give the mammogram itself"


@dataclass(frozen=True, slots=True)
class Layout:
    """Size and type of the pixels.

    samples: values per pixel, 1 for grey and palette images, 3 for colours.
    high_bit: the highest of the `bits_stored` bits that hold a value, from 0.
    """

    rows: int
    columns: int
    frames: int
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool
    photometric: str
    samples: int = 1
    planar: int = 0
    notes: tuple[str, ...] = ()

    @property
    def is_grey(self) -> bool:
        return self.photometric in GREY

    @property
    def frame_bytes(self) -> int:
        """Bytes of an uncompressed frame; YBR_FULL_422 halves the resolution of two of its three samples."""
        samples = 2 if self.photometric == "YBR_FULL_422" else self.samples
        return self.rows * self.columns * samples * self.bits_allocated // 8


def layout_of(path: Path, data: Dataset) -> Layout:
    """The layout of an image. Raises InputError where the file does not say it, or says one that cannot be."""
    photometric, samples, colour_notes = _colours(path, data)
    rows, columns = (_needed(path, data, each) for each in ("Rows", "Columns"))
    frames, frame_notes = _frames(data)
    _check_size(path, rows, columns, frames)
    allocated = _allocated(path, data)
    stored, high_bit, bit_notes = _bits(data, allocated)
    return Layout(
        rows,
        columns,
        frames,
        allocated,
        stored,
        high_bit,
        signed=whole(data, "PixelRepresentation") == 1,
        photometric=photometric,
        samples=samples,
        planar=whole(data, "PlanarConfiguration") or 0,
        notes=(*colour_notes, *frame_notes, *bit_notes),
    )


def _colours(path: Path, data: Dataset) -> tuple[str, int, list[str]]:
    """The photometric interpretation and the samples per pixel, with a note where they contradict each other."""
    said = code_string(data, "PhotometricInterpretation") or ""
    samples = whole(data, "SamplesPerPixel") or 1
    if samples not in (1, 3):
        raise InputError(path, f"is a colour image ({said or f'{samples} samples per pixel'}), not a mammogram", _IMAGE)
    if not said:
        raise InputError(path, "does not say its PhotometricInterpretation", "export it again")
    if samples == 1 and said not in (*GREY, "PALETTE COLOR"):
        return "MONOCHROME2", 1, [f"is called {said} but has one sample per pixel: taken as grey"]
    if samples == 3 and said in (*GREY, "PALETTE COLOR"):
        return "RGB", 3, [f"is called {said} but has three samples per pixel: taken as RGB"]
    return said, samples, []


def _needed(path: Path, data: Dataset, keyword: str) -> int:
    value = whole(data, keyword)
    if value is None or value < 1:
        raise InputError(
            path, f"does not say its {keyword}" if value is None else f"has {value} {keyword}", "export it again"
        )
    return value


def _frames(data: Dataset) -> tuple[int, list[str]]:
    frames, said = whole(data, "NumberOfFrames"), as_written(data, "NumberOfFrames")
    if frames is None or abs(frames) > MOST_FRAMES:
        return 1, [f"NumberOfFrames {_quoted(data, 'NumberOfFrames')}: 1 is used"] if said else []
    return frames or 1, []


def _check_size(path: Path, rows: int, columns: int, frames: int) -> None:
    if frames < 1:
        raise InputError(path, f"has {frames} frames", "export it again")
    if rows * columns > MOST_PIXELS_PER_FRAME or rows * columns * frames > MOST_PIXELS:
        said = f"{rows} x {columns}" + (f" x {frames}" if frames > 1 else "")
        raise InputError(path, f"says it has {said} pixels, more than a mammogram has", "check the file, or crop it")


def _allocated(path: Path, data: Dataset) -> int:
    allocated = whole(data, "BitsAllocated")
    if allocated not in (8, 16):
        said = "does not say its BitsAllocated" if allocated is None else f"has {allocated} bits per pixel"
        raise InputError(path, said, "export it with 8 or 16 bits")
    return allocated


def _bits(data: Dataset, allocated: int) -> tuple[int, int, list[str]]:
    """BitsStored and HighBit; what is impossible is replaced by what the other one says, and noted."""
    stored, high_bit = whole(data, "BitsStored"), whole(data, "HighBit")
    notes = []
    if high_bit is not None and not 0 <= high_bit < allocated:
        high_bit = None
    if stored is None or not 1 <= stored <= allocated:
        stored = allocated if high_bit is None else high_bit + 1
        notes.append(f"BitsStored {_quoted(data, 'BitsStored')}: {stored} is used")
    if high_bit is None or high_bit < stored - 1:
        high_bit = stored - 1
        notes.append(f"HighBit {_quoted(data, 'HighBit')}: {high_bit} is used")
    return stored, high_bit, notes


def _quoted(data: Dataset, keyword: str) -> str:
    said = as_written(data, keyword)
    return f"'{said}' cannot be" if said else "is not said"
