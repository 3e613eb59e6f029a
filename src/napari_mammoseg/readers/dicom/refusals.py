"""DICOM objects that are no mammogram one can read, each with its reason; and the size of those that are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pydicom import Dataset
from pydicom.uid import UID

from napari_mammoseg.errors import InputError
from napari_mammoseg.readers.dicom.tags import items, raw, text, whole

MOST_PIXELS_A_FRAME, MOST_PIXELS = 250_000_000, 1_500_000_000
"""A film of 24 x 30 cm at 0.025 mm has 115 million pixels, a tomosynthesis of 100 slices at 0.085 mm the latter."""

_GREY = ("MONOCHROME1", "MONOCHROME2")
_STORAGE = "1.2.840.10008.5.1.4.1.1."
_KINDS = {
    "88.": "is a structured report",
    "66.4": "is a segmentation",
    "66.7": "is a segmentation",
    "11.": "is a presentation state",
    "104.": "is an encapsulated document",
    "9.": "is a waveform",
    "481.": "is a radiotherapy object",
    "66": "is raw data",
}
_IMAGE = "give the mammogram itself"


@dataclass(frozen=True, slots=True)
class Layout:
    """How the pixels lie in the file."""

    rows: int
    columns: int
    frames: int
    bits_allocated: int
    bits_stored: int
    signed: bool
    photometric: str

    @property
    def frame_bytes(self) -> int:
        return self.rows * self.columns * self.bits_allocated // 8


def layout_of(path: Path, data: Dataset) -> Layout:
    """Size and type of the pixels. Raises InputError where `data` is no grey image, or one that cannot be."""
    _refuse_other_objects(path, data)
    _refuse_without_pixels(path, data)
    photometric = _photometric(path, data)
    rows, columns = (_needed(path, data, each) for each in ("Rows", "Columns"))
    frames = whole(data, "NumberOfFrames") or 1
    _check_size(path, rows, columns, frames)
    allocated, stored = _bits(path, data)
    return Layout(rows, columns, frames, allocated, stored, whole(data, "PixelRepresentation") == 1, photometric)


def sop_class_name(data: Dataset) -> str | None:
    """The name that the standard gives to what the object is."""
    uid = text(data, "SOPClassUID")
    if uid is None:
        return None
    name = UID(uid).name
    return name if name != uid else "a private object"


def _refuse_other_objects(path: Path, data: Dataset) -> None:
    kind = (text(data, "SOPClassUID") or "").removeprefix(_STORAGE)
    said = next((said for start, said in _KINDS.items() if kind.startswith(start)), None)
    if said is None and text(data, "Modality") == "SR":
        said = "is a structured report"
    if said is not None and not (kind == "66" and "PixelData" in data):
        raise InputError(path, f"{said} ({sop_class_name(data) or 'SR'}), not an image", _IMAGE)


def _refuse_without_pixels(path: Path, data: Dataset) -> None:
    if "FloatPixelData" in data or "DoubleFloatPixelData" in data:
        raise InputError(path, "has real-valued pixels, which no mammogram has", "export it with 16-bit integers")
    pixels = raw(data, "PixelData")
    if isinstance(pixels, bytes) and pixels:
        return
    if "PixelData" in data and not isinstance(pixels, bytes | None):
        raise InputError(path, "has pixel data that are not stored as bytes", "copy or export it again")
    if items(data, "EncryptedAttributesSequence"):
        raise InputError(path, "has its contents encrypted", "decrypt it first")
    if raw(data, "PixelDataProviderURL"):
        raise InputError(path, "only refers to pixels on a server", "fetch the whole image")
    if any(each.is_private and each.group == 0x7E01 for each in data.keys()):  # noqa: SIM118
        raise InputError(
            path, "holds no standard pixels, only Hologic's private ones, if any", "export it as standard DICOM"
        )
    name = sop_class_name(data)
    raise InputError(path, f"holds no pixels{f' ({name})' if name else ''}", "give the whole image file")


def _photometric(path: Path, data: Dataset) -> str:
    said = text(data, "PhotometricInterpretation")
    samples = whole(data, "SamplesPerPixel") or 1
    if samples != 1 or (said is not None and said not in _GREY):
        raise InputError(path, f"is a colour image ({said or f'{samples} samples a pixel'}), no mammogram", _IMAGE)
    if said is None:
        raise InputError(path, "does not say its PhotometricInterpretation", "export it again")
    return said


def _needed(path: Path, data: Dataset, keyword: str) -> int:
    value = whole(data, keyword)
    if value is None or value < 1:
        raise InputError(
            path, f"does not say its {keyword}" if value is None else f"has {value} {keyword}", "export it again"
        )
    return value


def _check_size(path: Path, rows: int, columns: int, frames: int) -> None:
    if frames < 1:
        raise InputError(path, f"has {frames} frames", "export it again")
    if rows * columns > MOST_PIXELS_A_FRAME or rows * columns * frames > MOST_PIXELS:
        said = f"{rows} x {columns}" + (f" x {frames}" if frames > 1 else "")
        raise InputError(path, f"says it has {said} pixels, more than a mammogram has", "check the file, or crop it")


def _bits(path: Path, data: Dataset) -> tuple[int, int]:
    allocated = whole(data, "BitsAllocated")
    if allocated not in (8, 16):
        said = "does not say its BitsAllocated" if allocated is None else f"has {allocated} bits a pixel"
        raise InputError(path, said, "export it with 8 or 16 bits")
    stored = whole(data, "BitsStored")
    return allocated, stored if stored is not None and 1 <= stored <= allocated else allocated
