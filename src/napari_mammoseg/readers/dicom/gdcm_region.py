"""JPEG Lossless straight into an array: GDCM's region reader, which spares the two copies of its ordinary way."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.readers.dicom.refusals import Layout


def read(path: Path, layout: Layout) -> NDArray[Any] | None:
    """The only frame of the file (rows, columns); None where GDCM is not there or does not take the file."""
    try:
        import gdcm
    except ImportError:
        return None
    gdcm.Trace.DebugOff(), gdcm.Trace.WarningOff(), gdcm.Trace.ErrorOff()
    reader = gdcm.ImageRegionReader()
    reader.SetFileName(str(path))
    if not reader.ReadInformation():
        return None
    box = gdcm.BoxRegion()
    box.SetDomain(0, layout.columns - 1, 0, layout.rows - 1, 0, 0)
    reader.SetRegion(box)
    values = np.empty((layout.rows, layout.columns), f"{'i' if layout.signed else 'u'}{layout.bits_allocated // 8}")
    if reader.ComputeBufferLength() != values.nbytes or not reader.ReadIntoBuffer(values.reshape(-1).view(np.uint8)):
        return None
    return values
