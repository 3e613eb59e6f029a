"""JPEG Lossless straight into an array: GDCM's region reader, which spares the two copies of its ordinary way.

GDCM ends the process over some damaged headers, so it never sees the user's file: it gets one of its own that holds
nothing but the frame.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, SecondaryCaptureImageStorage, generate_uid

from napari_mammoseg.readers.dicom.layout import Layout


def decode(coded: bytes, syntax: UID, layout: Layout) -> NDArray[Any] | None:
    """The frame (rows, columns); None where GDCM is not there or does not take it."""
    try:
        import gdcm
    except ImportError:
        return None
    for silent in (gdcm.Trace.DebugOff, gdcm.Trace.WarningOff, gdcm.Trace.ErrorOff):
        silent()
    descriptor, name = tempfile.mkstemp(suffix=".dcm")
    os.close(descriptor)
    try:
        _only_the_frame(coded, syntax, layout).save_as(name, enforce_file_format=True)
        return _region(gdcm.ImageRegionReader(), gdcm.BoxRegion(), name, layout)
    finally:
        Path(name).unlink()


def _region(reader: Any, box: Any, name: str, layout: Layout) -> NDArray[Any] | None:
    reader.SetFileName(name)
    if not reader.ReadInformation():
        return None
    box.SetDomain(0, layout.columns - 1, 0, layout.rows - 1, 0, 0)
    reader.SetRegion(box)
    values = np.empty((layout.rows, layout.columns), f"{'i' if layout.signed else 'u'}{layout.bits_allocated // 8}")
    if reader.ComputeBufferLength() != values.nbytes or not reader.ReadIntoBuffer(values.reshape(-1).view(np.uint8)):
        return None
    return values


def _only_the_frame(coded: bytes, syntax: UID, layout: Layout) -> Dataset:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    data.SOPClassUID, data.SOPInstanceUID = SecondaryCaptureImageStorage, generate_uid()
    data.Rows, data.Columns, data.SamplesPerPixel = layout.rows, layout.columns, 1
    data.PhotometricInterpretation = layout.photometric
    data.BitsAllocated, data.BitsStored, data.HighBit = (
        layout.bits_allocated,
        layout.bits_stored,
        layout.bits_stored - 1,
    )
    data.PixelRepresentation = int(layout.signed)
    data.PixelData = encapsulate([coded], has_bot=False)
    data["PixelData"].VR, data["PixelData"].is_undefined_length = "OB", True
    return data
