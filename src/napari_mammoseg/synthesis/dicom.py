"""A DICOM mammogram with a synthetic lesion: a derived image (PS3.3 C.7.6.1.1.2) that names nobody.

Only what the pixels mean is taken over from the source: grey scale, geometry, view and exposure. Patient, study and
series are new, so that the image never lands in a patient's record; the source is referred to by its identifier.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from napari_mammoseg.files import atomic
from napari_mammoseg.mammogram import SYNTHETIC, Mammogram
from napari_mammoseg.readers.dicom.frames import Stored, stored_values
from napari_mammoseg.readers.dicom.groups import as_single_frame
from napari_mammoseg.readers.dicom.layout import Layout, layout_of
from napari_mammoseg.readers.dicom.opening import open_file
from napari_mammoseg.readers.dicom.spacing import spacing_of
from napari_mammoseg.readers.dicom.tags import text, texts, without_unreadable
from napari_mammoseg.readers.dicom.view import INTENTS
from napari_mammoseg.readers.quiet import quiet
from napari_mammoseg.synthesis import size
from napari_mammoseg.writers import dicom_mg

CLASSES = (
    "1.2.840.10008.5.1.4.1.1.1.2",  # digital mammography, for presentation
    "1.2.840.10008.5.1.4.1.1.1.2.1",  # digital mammography, for processing
)
"""What is kept as it is; all else is written as the first."""
GREY = (
    *("PhotometricInterpretation", "PresentationLUTShape", "PixelIntensityRelationship"),
    *("PixelIntensityRelationshipSign", "PixelPaddingValue", "PixelPaddingRangeLimit"),
    *("RescaleIntercept", "RescaleSlope", "RescaleType", "ModalityLUTSequence"),
    *("VOILUTSequence", "WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "VOILUTFunction"),
    *("LossyImageCompression", "LossyImageCompressionRatio", "LossyImageCompressionMethod"),
)
"""What the stored values mean."""
GEOMETRY = (
    *("ImagerPixelSpacing", "PixelSpacing", "PixelSpacingCalibrationType"),
    *("EstimatedRadiographicMagnificationFactor", "DistanceSourceToDetector", "DistanceSourceToPatient"),
    *("FieldOfViewShape", "FieldOfViewOrigin", "FieldOfViewRotation", "FieldOfViewHorizontalFlip"),
    *("ImageLaterality", "Laterality", "ViewPosition", "ViewCodeSequence", "PatientOrientation", "PartialView"),
    *("PositionerType", "PositionerPrimaryAngle", "BodyPartExamined", "OrganExposed", "AnatomicRegionSequence"),
)
EXPOSURE = (
    *("KVP", "DetectorType", "AnodeTargetMaterial", "FilterMaterial", "BodyPartThickness", "CompressionForce"),
    *("BreastImplantPresent", "BurnedInAnnotation", "PresentationIntentType"),
)
DESCRIBED = 1024
"""Characters that a derivation's description may have."""


def write(image: Mammogram, source: Mammogram, record: Mapping[str, Any], path: Path) -> None:
    """Writes `image`, made of the DICOM file of `source`, to `path`. Raises InputError as reading does."""
    data = dataset(image, source, record)
    with atomic(path) as temporary:
        data.save_as(temporary, enforce_file_format=True)


def dataset(image: Mammogram, source: Mammogram, record: Mapping[str, Any]) -> Dataset:
    """The DICOM object of `image`; the same image gives the same bytes."""
    assert source.path is not None
    with quiet():
        read = open_file(source.path)
        without_unreadable(read)
        layout = layout_of(source.path, read)
        stored = stored_values(source.path, read, layout)
        header = as_single_frame(read)
    pixels = _stored(image, source, stored)
    data = dicom_mg.empty(hashlib.sha256(pixels.tobytes() + str(header.get("SOPInstanceUID")).encode()).hexdigest())
    dicom_mg.put(data, _acquisition(image))
    _take(data, header, (*GEOMETRY, *EXPOSURE, *(GREY if layout.is_grey else ())))
    _agree(data)
    _measure(data, image)
    dicom_mg.put(data, _pixels(pixels, layout))
    dicom_mg.put(data, _derivation(header, record))
    if header.get("SOPClassUID") in CLASSES:
        data.SOPClassUID = data.file_meta.MediaStorageSOPClassUID = header.SOPClassUID
    return data


def _stored(image: Mammogram, source: Mammogram, stored: Stored) -> NDArray[Any]:
    """The stored values with those that changed in them, turned back where `values` run against them."""
    assert image.values is not None
    assert source.values is not None
    pixels = stored.of_frames[0].copy()
    changed = image.values != source.values
    turned = np.count_nonzero(pixels == source.values) < np.count_nonzero(
        pixels.astype(np.int64) + source.values == stored.first + stored.last
    )
    values = image.values[changed].astype(np.int64)
    pixels[changed] = stored.first + stored.last - values if turned else values
    return pixels


def _acquisition(image: Mammogram) -> dict[str, Any]:
    """What a mammogram must say, where its source may not."""
    facts: dict[str, Any] = {**dicom_mg.ACQUISITION, "BurnedInAnnotation": "NO"}
    facts["PresentationIntentType"] = image.intent or INTENTS[0]
    if facts["PresentationIntentType"] == INTENTS[0]:  # of raw values nobody knows it who was not told
        facts |= {"PixelIntensityRelationship": "LOG", "PixelIntensityRelationshipSign": -1}
    facts |= {"RescaleIntercept": "0", "RescaleSlope": "1", "RescaleType": "US", "LossyImageCompression": "00"}
    facts |= {"PhotometricInterpretation": "MONOCHROME2"}
    if image.spacing is not None:
        facts["ImagerPixelSpacing"] = [f"{each:.10g}" for each in image.spacing]
    if image.view in dicom_mg.VIEWS and image.laterality is not None:
        facts |= {**dicom_mg.anatomy(image), "PositionerPrimaryAngle": dicom_mg.ANGLES[str(image.view)]}
    return facts


def _take(data: Dataset, header: Dataset, keywords: tuple[str, ...]) -> None:
    """Copies what the source says, where it says something."""
    for keyword in keywords:
        known = header.get(keyword) not in (None, "", [])
        if known and (keyword != "PatientOrientation" or _is_orientation(header.PatientOrientation)):
            data[keyword] = copy.deepcopy(header[keyword])
    data.remove_private_tags()  # those within sequences
    if "PixelSpacingCalibrationType" in data:  # demands a description; the source's may say anything
        data.PixelSpacingCalibrationDescription = "As in the source"
    if "ImageLaterality" in data:
        data.pop("Laterality", None)  # that of a series whose images have none of their own
    for view in data.get("ViewCodeSequence", ()):
        if "ViewModifierCodeSequence" not in view:  # may be empty, must be there
            view.ViewModifierCodeSequence = []


def _agree(data: Dataset) -> None:
    """What a mammogram must say and the source does not, made to fit what the source says."""
    shape = "INVERSE" if data.PhotometricInterpretation == "MONOCHROME1" else "IDENTITY"
    data.PresentationLUTShape = data.get("PresentationLUTShape", shape)
    if "ModalityLUTSequence" in data:
        for keyword in ("RescaleIntercept", "RescaleSlope", "RescaleType"):
            data.pop(keyword, None)


def _measure(data: Dataset, image: Mammogram) -> None:
    """The image's own spacing where a person gave another one than the source says."""
    if image.spacing is None or np.allclose(spacing_of(data).spacing or 0.0, image.spacing, rtol=1e-6, atol=0):
        return
    for keyword in ("PixelSpacing", "PixelSpacingCalibrationType", "PixelSpacingCalibrationDescription"):
        data.pop(keyword, None)
    data.ImagerPixelSpacing = [f"{each:.10g}" for each in image.spacing]
    data.EstimatedRadiographicMagnificationFactor = "1"


def _is_orientation(value: Any) -> bool:
    """Whether it says where rows and columns point; CBIS-DDSM has the view in its place."""
    return isinstance(value, Sequence) and len(value) == 2 and all(set(each) <= set("LRAPHF") for each in value)


def _pixels(pixels: NDArray[Any], layout: Layout) -> dict[str, Any]:
    bits = min(layout.bits_stored if layout.is_grey else 8 * pixels.itemsize, 8 * pixels.itemsize)
    data = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    return {
        "SamplesPerPixel": 1,
        "Rows": pixels.shape[0],
        "Columns": pixels.shape[1],
        "BitsAllocated": 8 * pixels.itemsize,
        "BitsStored": bits,
        "HighBit": bits - 1,
        "PixelRepresentation": int(pixels.dtype.kind == "i"),
        "PixelData": data + b"\0" * (len(data) % 2),
    }


def _derivation(header: Dataset, record: Mapping[str, Any]) -> dict[str, Any]:
    """That the image is derived and synthetic, from what and how."""
    what = f"{record['label']} {record['kind']} of {size.said(record)}, seed {record['seed']}"
    facts: dict[str, Any] = {
        "ImageType": ["DERIVED", *(texts(header, "ImageType")[1:] or ["PRIMARY", ""])],
        "SeriesDescription": "Synthetic lesion, research only",
        "DerivationDescription": f"{SYNTHETIC} ({what}); not a finding, for research only"[:DESCRIBED],
        "PatientName": "Lesion^Synthetic",
        "DeidentificationMethod": "Identity of the source left out",
        "ManufacturerModelName": "synthesis",
    }
    uid, sop_class = text(header, "SOPInstanceUID"), text(header, "SOPClassUID")
    if uid and sop_class:
        reference = Dataset()
        reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = sop_class, uid
        purpose = dicom_mg.code("121322", "Source image for image processing operation", "DCM")
        reference.PurposeOfReferenceCodeSequence = [purpose]
        facts["SourceImageSequence"] = [reference]
    return facts
