"""DICOM mammograms for tests, written with pydicom: a valid one, and whatever a test puts over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset, FileDataset, Sequence
from pydicom.dataset import FileMetaDataset
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEG2000Lossless, JPEGLSLossless, RLELossless, generate_uid

FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.2"
FOR_PROCESSING = "1.2.840.10008.5.1.4.1.1.1.2.1"
ENCODERS = {RLELossless: "pylibjpeg", JPEGLSLossless: "pyjpegls", JPEG2000Lossless: "pylibjpeg"}
"""Those that are trusted: GDCM's encoder of RLE ends the process for odd sizes."""
TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"


def dataset(stored: NDArray[Any], bits: int = 12, **attributes: Any) -> FileDataset:
    """A mammogram For Presentation with `stored` pixels; attributes of None are taken out of it."""
    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data = FileDataset("x", {}, file_meta=meta, preamble=b"\0" * 128)
    frames = stored.shape[0] if stored.ndim == 3 else None
    facts = {
        "SOPClassUID": FOR_PRESENTATION,
        "SOPInstanceUID": generate_uid(),
        "Modality": "MG",
        "PresentationIntentType": "FOR PRESENTATION",
        "ImageLaterality": "L",
        "ViewCodeSequence": [code("R-10242", "SRT", "cranio-caudal")],
        "ImagerPixelSpacing": [0.05, 0.05],
        "EstimatedRadiographicMagnificationFactor": "1",
        "NumberOfFrames": frames,
        "Rows": stored.shape[-2],
        "Columns": stored.shape[-1],
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "PresentationLUTShape": "IDENTITY",
        "BitsAllocated": stored.itemsize * 8,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": int(stored.dtype.kind == "i"),
        "RescaleSlope": "1",
        "RescaleIntercept": "0",
        **attributes,
    }
    for keyword, value in facts.items():
        if value is not None:
            setattr(data, keyword, value)
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    pixels = stored.astype(stored.dtype.newbyteorder("<")).tobytes()
    data.PixelData = pixels + b"\0" * (len(pixels) % 2)
    data["PixelData"].VR = "OW" if stored.itemsize == 2 else "OB"
    return data


def code(value: str, scheme: str, meaning: str, **more: Any) -> Dataset:
    return item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning, **more)


def item(**attributes: Any) -> Dataset:
    """A sequence's item."""
    data = Dataset()
    for keyword, value in attributes.items():
        setattr(
            data,
            keyword,
            Sequence(value) if isinstance(value, list) and value and isinstance(value[0], Dataset) else value,
        )
    return data


def lut(values: NDArray[Any], first: int, bits: int, name: str = "", signed: bool = False, **more: Any) -> Dataset:
    """An item of a Modality or VOI LUT sequence."""
    made = item(LUTExplanation=name, **more)
    made.add_new("LUTDescriptor", "SS" if signed else "US", [len(values) % 2**16, first, bits])
    made.add_new("LUTData", "OW", np.asarray(values, "<u2").tobytes())
    return made


def write(data: FileDataset, path: Path, syntax: UID | None = None) -> Path:
    """The file, in another transfer syntax if one is given."""
    if syntax is not None and not syntax.is_encapsulated:
        data.file_meta.TransferSyntaxUID = syntax
        if not syntax.is_little_endian and data.BitsAllocated == 16:
            data.PixelData = np.frombuffer(data.PixelData, "<u2").astype(">u2").tobytes()
    elif syntax is not None:
        data.compress(syntax, encoding_plugin=ENCODERS[syntax], generate_instance_uid=False)
    fresh = Dataset(data)
    fresh.file_meta = data.file_meta
    fresh.save_as(path, enforce_file_format=True)
    return path


def ramp(rows: int = 64, columns: int = 64, bits: int = 12, seed: int = 0) -> NDArray[np.uint16]:
    """Every value of `bits` bits at least once where there is room, otherwise at random."""
    values = np.arange(rows * columns) % 2**bits
    return np.random.default_rng(seed).permutation(values).astype(np.uint16).reshape(rows, columns)
