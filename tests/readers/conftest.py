"""What the tests of readers share: a DICOM file as a film digitiser's converter wrote it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, SecondaryCaptureImageStorage, generate_uid


@pytest.fixture(scope="session")
def secondary_capture() -> Callable[..., Path]:
    """`write(path, patient_id, values, series="")`: secondary capture, modality MG, no spacing, no window."""
    return write


def write(path: Path, patient_id: str, values: np.ndarray, series: str = "") -> Path:
    data = Dataset()
    data.file_meta = FileMetaDataset()
    data.file_meta.MediaStorageSOPClassUID = data.SOPClassUID = SecondaryCaptureImageStorage
    data.file_meta.MediaStorageSOPInstanceUID = data.SOPInstanceUID = generate_uid()
    data.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    data.StudyDate, data.Modality, data.ConversionType, data.SeriesDescription = "20161004", "MG", "WSD", series
    data.PatientName = data.PatientID = patient_id
    data.BodyPartExamined, data.PatientOrientation, data.StudyID = "BREAST", "CC", "DDSM"
    data.StudyInstanceUID, data.SeriesInstanceUID = generate_uid(), generate_uid()
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PixelRepresentation = 1, "MONOCHROME2", 0
    data.Rows, data.Columns = values.shape
    bits = values.dtype.itemsize * 8
    data.BitsAllocated, data.BitsStored, data.HighBit = bits, bits, bits - 1
    data.PixelData = values.tobytes() + bytes(values.nbytes % 2)
    path.parent.mkdir(parents=True, exist_ok=True)
    data.save_as(path, enforce_file_format=True)
    return path
