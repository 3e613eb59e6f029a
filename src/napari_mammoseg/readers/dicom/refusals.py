"""DICOM objects that are not images, or are images without pixels: each is refused with its reason."""

from __future__ import annotations

from pathlib import Path

from pydicom import Dataset
from pydicom.uid import UID

from napari_mammoseg.errors import InputError
from napari_mammoseg.readers.dicom.tags import items, raw, text

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


def refuse_other_objects(path: Path, data: Dataset) -> None:
    """Raises InputError if `data` is not an image, or has no pixels of its own."""
    refuse_by_kind(path, data)
    _refuse_without_pixels(path, data)


def sop_class_name(data: Dataset) -> str | None:
    """The name that the standard gives to what the object is."""
    uid = text(data, "SOPClassUID")
    if uid is None:
        return None
    name = UID(uid).name
    return name if name != uid else "a private object"


def refuse_by_kind(path: Path, data: Dataset) -> None:
    """Raises InputError if what `data` is by its class cannot be an image; its pixels are not looked at."""
    if items(data, "DirectoryRecordSequence"):
        raise InputError(path, "is a DICOMDIR, the table of contents of a disc", "give the folder, or the images in it")
    kind = (text(data, "SOPClassUID") or "").removeprefix(_STORAGE)
    said = next((said for start, said in _KINDS.items() if kind.startswith(start)), None)
    if said is None and text(data, "Modality") == "SR":
        said = "is a structured report"
    if said is not None and not (kind == "66" and "PixelData" in data):
        raise InputError(path, f"{said} ({sop_class_name(data) or 'SR'}), not an image", _IMAGE)


def _refuse_without_pixels(path: Path, data: Dataset) -> None:
    if "FloatPixelData" in data or "DoubleFloatPixelData" in data:
        raise InputError(path, "has real-valued pixels, as no mammogram has", "export it with 16-bit integers")
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
