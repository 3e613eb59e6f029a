"""A mammogram as DICOM: Digital Mammography X-Ray Image For Presentation (PS3.3 A.26), with nobody named in it.

For synthetic images: ImageType DERIVED, ContentQualification RESEARCH and the descriptions say that it is one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg._version import VERSION
from napari_mammoseg.errors import InputError
from napari_mammoseg.files import atomic
from napari_mammoseg.mammogram import Mammogram, Window

if TYPE_CHECKING:
    from pydicom import Dataset, FileDataset
    from pydicom.uid import UID

Compression = Literal["none", "rle", "jpegls"]
_SYNTAXES = {"rle": ("1.2.840.10008.1.2.5", "pylibjpeg"), "jpegls": ("1.2.840.10008.1.2.4.80", "pyjpegls")}
VIEWS = {"CC": ("399162004", "cranio-caudal"), "MLO": ("399368009", "medio-lateral oblique")}
_ORIENTATIONS = {("L", "CC"): "A\\R", ("R", "CC"): "P\\L", ("L", "MLO"): "A\\FR", ("R", "MLO"): "P\\FL"}
_EMPTY = (
    *("StudyDate", "StudyTime", "StudyID", "AccessionNumber"),
    *("ReferringPhysicianName", "PatientBirthDate", "PatientSex"),
)
ANGLES = {"CC": "0", "MLO": "45"}
_SIDES = {"L": "left", "R": "right"}
ACQUISITION: dict[str, Any] = {
    "KVP": "28",
    "DetectorType": "DIRECT",
    "DetectorConfiguration": "AREA",
    "DetectorID": "",
    "EstimatedRadiographicMagnificationFactor": "1",
    "DistanceSourceToDetector": "660",
    "DistanceSourceToPatient": "660",
    "FieldOfViewShape": "RECTANGLE",
    "FieldOfViewOrigin": ["0", "0"],
    "FieldOfViewRotation": "0",
    "FieldOfViewHorizontalFlip": "NO",
    "PositionerType": "MAMMOGRAPHIC",
    "BodyPartThickness": "50",
    "CompressionForce": "",
    "OrganExposed": "BREAST",
    "AnodeTargetMaterial": "TUNGSTEN",
    "FilterMaterial": "RHODIUM",
    "BreastImplantPresent": "NO",
}
"""A plausible detector and exposure."""


def write(
    image: Mammogram,
    path: Path,
    bits: int = 12,
    compression: Compression = "none",
    attributes: Mapping[str, Any] | None = None,
) -> Path:
    """Writes `image` to `path` with `bits` stored bits; the same image gives the same bytes.

    attributes: DICOM keywords with values that replace the writer's own (SeriesDescription, DerivationDescription, …).
    Raises InputError if the image lacks what the format demands: spacing, view CC or MLO, laterality.
    """
    data = dataset(image, bits)
    put(data, attributes or {})
    if compression != "none":
        syntax, encoder = _SYNTAXES[compression]
        data.compress(syntax, encoding_plugin=encoder, generate_instance_uid=False)
    with atomic(path) as temporary:
        data.save_as(temporary, enforce_file_format=True)
    return path


def dataset(image: Mammogram, bits: int = 12) -> Dataset:
    """The DICOM object of `image`, explicit little endian."""
    _complete(image)
    stored = np.round(np.clip(image.pixels, 0, 1) * (2**bits - 1)).astype("<u2")
    seal = hashlib.sha256(stored.tobytes() + repr((image.name, image.spacing, bits)).encode()).hexdigest()
    data = empty(seal)
    for part in (_acquisition(image), anatomy(image), _pixels(image, stored, bits)):
        put(data, part)
    _windows(data, image.windows if image.values is None else (), bits)
    return data


def empty(seal: str) -> FileDataset:
    """A synthetic image in explicit little endian that names nobody and has no pixels yet; see `_identity`."""
    from pydicom import FileDataset
    from pydicom.dataset import FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    meta = FileMetaDataset()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = _uid("napari-mammoseg", "implementation")
    meta.ImplementationVersionName = f"MAMMOSEG_{VERSION}"[:16]
    data = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    put(data, _identity(seal))
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = data.SOPClassUID, data.SOPInstanceUID
    return data


def put(data: Dataset, attributes: Mapping[str, Any]) -> None:
    """Sets DICOM attributes by their keywords."""
    for keyword, value in attributes.items():
        setattr(data, keyword, value)


def _complete(image: Mammogram) -> None:
    if image.pixels.ndim != 2:
        raise InputError(image.name, "is a stack, not a single mammogram", "project it first")
    if image.spacing is None:
        raise InputError(image.name, "has no known pixel spacing, which DICOM demands", "give it with --spacing, in mm")
    if image.view not in VIEWS or image.laterality not in _SIDES:
        raise InputError(image.name, "has no known view and side, which DICOM demands", "write PNG instead")


def _identity(seal: str) -> dict[str, Any]:
    """Patient, study, series, equipment and instance of a synthetic image; the same `seal` gives the same identifiers.

    Type 2 attributes are there and empty.
    """
    from pydicom.uid import DigitalMammographyXRayImageStorageForPresentation

    return dict.fromkeys(_EMPTY, "") | {
        "SpecificCharacterSet": "ISO_IR 192",
        "SOPClassUID": DigitalMammographyXRayImageStorageForPresentation,
        "SOPInstanceUID": _uid(seal, "instance"),
        "StudyInstanceUID": _uid(seal, "study"),
        "SeriesInstanceUID": _uid(seal, "series"),
        "PatientName": "Phantom^Synthetic",
        "PatientID": "SYNTHETIC",
        "PatientIdentityRemoved": "YES",
        "DeidentificationMethod": "No person was imaged",
        "Modality": "MG",
        "PresentationIntentType": "FOR PRESENTATION",
        "SeriesNumber": 1,
        "InstanceNumber": 1,
        "SeriesDescription": "Synthetic mammogram",
        "Manufacturer": "napari-mammoseg",
        "ManufacturerModelName": "phantom",
        "DeviceSerialNumber": "0",
        "SoftwareVersions": VERSION,
        "ContentQualification": "RESEARCH",
    }


def _acquisition(image: Mammogram) -> dict[str, Any]:
    assert image.spacing is not None
    return ACQUISITION | {
        "ImagerPixelSpacing": [_decimal(each) for each in image.spacing],
        "PositionerPrimaryAngle": ANGLES[str(image.view)],
    }


def anatomy(image: Mammogram) -> dict[str, Any]:
    """Breast, view (CC or MLO) and side."""
    view, side = str(image.view), str(image.laterality)
    seen = code(*VIEWS[view])
    seen.ViewModifierCodeSequence = []
    return {
        "ImageLaterality": side,
        "BodyPartExamined": "BREAST",
        "AnatomicRegionSequence": [code("76752008", "Breast")],
        "ViewCodeSequence": [seen],
        "ViewPosition": view,
        "PatientOrientation": _ORIENTATIONS[side, view].split("\\"),
        "PartialView": "NO",
        "AcquisitionContextSequence": [],
    }


def _pixels(image: Mammogram, stored: NDArray[np.uint16], bits: int) -> dict[str, Any]:
    return {
        "ImageType": ["DERIVED", "PRIMARY", ""],
        "DerivationDescription": "Computed, not acquired",
        "SamplesPerPixel": 1,
        "PhotometricInterpretation": "MONOCHROME2",
        "Rows": image.rows,
        "Columns": image.columns,
        "BitsAllocated": 16,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": 0,
        "PixelIntensityRelationship": "LOG",
        "PixelIntensityRelationshipSign": -1,
        "RescaleIntercept": "0",
        "RescaleSlope": "1",
        "RescaleType": "US",
        "PresentationLUTShape": "IDENTITY",
        "LossyImageCompression": "00",
        "BurnedInAnnotation": "NO",
        "PixelData": stored.tobytes(),
    }


def _windows(data: Dataset, windows: tuple[Window, ...], bits: int) -> None:
    """Windows over the pixels in stored values, LINEAR (PS3.3 C.11.2.1.2.1); the whole range where it has none."""
    top = 2**bits - 1
    given = windows or (Window("FULL RANGE", 0.0, 1.0),)
    data.WindowCenter = [_decimal((each.low + each.high) / 2 * top + 0.5) for each in given]
    data.WindowWidth = [_decimal((each.high - each.low) * top + 1) for each in given]
    data.WindowCenterWidthExplanation = [each.explanation for each in given]
    data.VOILUTFunction = "LINEAR"


def code(value: str, meaning: str, scheme: str = "SCT") -> Dataset:
    """One coded concept."""
    from pydicom import Dataset

    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def _decimal(value: float) -> str:
    return f"{value:.10g}"


def _uid(*sources: str) -> UID:
    from pydicom.uid import generate_uid

    return generate_uid(entropy_srcs=list(sources))
