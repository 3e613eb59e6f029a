"""A result with three findings, and the DICOM mammogram of a very named patient that it belongs to."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom import Dataset
from pydicom.dataset import FileMetaDataset
from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation, ExplicitVRLittleEndian, generate_uid

from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, ProbabilityMap, RunRecord

SHAPE = (90, 120)


@pytest.fixture
def mammogram_file(tmp_path: Path) -> Path:
    """A DICOM MG file, full of names and dates."""
    image = Dataset()
    image.file_meta = FileMetaDataset()
    image.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    image.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    image.SOPInstanceUID, image.StudyInstanceUID, image.SeriesInstanceUID = (generate_uid() for _ in range(3))
    image.Modality = "MG"
    image.PatientName, image.PatientID, image.PatientBirthDate = "Mustermann^Erika", "PAT4711", "19470811"
    image.PatientSex, image.AccessionNumber, image.InstitutionName = "F", "ACC0815", "Sankt Nirgendwo"
    image.StudyDate, image.StudyTime, image.ReferringPhysicianName = "20260102", "101112", "Doktor^Wer"
    image.StudyID = "1"
    image.Rows, image.Columns = SHAPE
    image.BitsAllocated, image.BitsStored, image.HighBit, image.PixelRepresentation = 16, 12, 11, 0
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.PixelData = np.zeros(SHAPE, np.uint16).tobytes()
    path = tmp_path / "scan.dcm"
    image.save_as(path, enforce_file_format=True)
    return path


@pytest.fixture
def findings(mammogram_file: Path) -> Findings:
    """Two outlined calcifications (ids 2 and 5, an L and a bar at the edge) and their cluster, without an area."""
    mask = np.zeros(SHAPE, np.uint16)
    mask[10:20, 30:33] = mask[17:20, 30:40] = 2
    mask[60, 100:120] = 5
    probability = np.linspace(0, 1, mask.size, dtype=np.float32).reshape(SHAPE)
    found = (
        Finding(
            2, "calcification", (10, 30, 20, 40), (15.8, 33.1), 0.75, 0.51, 0.9, cluster=9, features={"contrast": 1}
        ),
        Finding(5, "calcification", (60, 100, 61, 120), (60.0, 109.5), 0.5, 0.2, 2.0, "benign", 0.125, 9),
        Finding(9, "cluster", (10, 30, 61, 120), (30.0, 70.0), 0.75, None, None, "malignant", 0.8125),
    )
    return Findings(
        image=ImageRecord("scan.dcm", "ab" * 32, *SHAPE, (0.1, 0.05), "ImagerPixelSpacing", "CC", "L"),
        pipeline="calcifications",
        model=ModelRecord("some-model", "cd" * 32),
        image_score=0.75,
        findings=found,
        run=RunRecord("1.0", {"threshold": 0.5}),
        summary={"calcifications": 2, "clusters": 1},
        mask=mask,
        probability=ProbabilityMap(probability, (0, 0), SHAPE),
        source=mammogram_file,
    )
