"""What `mammoseg info` says besides size, spacing and view; nothing that names a patient, a place or a day."""

from __future__ import annotations

from typing import Any

from pydicom import Dataset
from pydicom.uid import UID

from napari_mammoseg.mammogram import SYNTHETIC
from napari_mammoseg.readers.dicom.layout import Layout
from napari_mammoseg.readers.dicom.overlays import overlay_notes
from napari_mammoseg.readers.dicom.refusals import sop_class_name
from napari_mammoseg.readers.dicom.spacing import magnification_of, said_spacing
from napari_mammoseg.readers.dicom.tags import number, text, texts


def facts_of(data: Dataset, layout: Layout, syntax: UID) -> dict[str, Any]:
    """Plain values by name; what the file does not say is left out."""
    facts = {
        "object": sop_class_name(data),
        "modality": text(data, "Modality"),
        "transfer_syntax": syntax.name,
        "lossy": text(data, "LossyImageCompression") == "01" or None,
        "bits_stored": layout.bits_stored,
        "photometric_interpretation": layout.photometric,
        "presentation_lut_shape": text(data, "PresentationLUTShape"),
        "pixel_intensity_relationship": text(data, "PixelIntensityRelationship"),
        "image_type": [each for each in texts(data, "ImageType") if each],
        "manufacturer": text(data, "Manufacturer"),
        "model": text(data, "ManufacturerModelName"),
        "magnification_factor": magnification_of(data),
        "implant": text(data, "BreastImplantPresent"),
        "partial_view": text(data, "PartialView") == "YES" or None,
        "synthetic": "yes" if _is_synthetic(data) else None,
        "slice_distance_mm": number(data, "SpacingBetweenSlices"),
        **said_spacing(data),
    }
    return {name: value for name, value in facts.items() if value not in (None, [], "")}


def notes_of(data: Dataset, layout: Layout) -> list[str]:
    """What a user should know about the file before trusting a result."""
    notes = [SYNTHETIC] if _is_synthetic(data) else []
    modality = text(data, "Modality")
    if modality != "MG" and text(data, "BodyPartExamined") != "BREAST":
        notes.append(f"modality {modality or 'unknown'}, not MG: it may not show a breast")
    elif modality != "MG":
        notes.append(f"modality {modality or 'unknown'} instead of MG")
    if text(data, "LossyImageCompression") == "01":
        notes.append("was compressed with loss")
    if text(data, "BurnedInAnnotation") == "YES":
        notes.append("has text burned into its pixels, which may name the patient")
    if text(data, "BreastImplantPresent") == "YES":
        notes.append("shows an implant")
    return notes + overlay_notes(data, layout)


def _is_synthetic(data: Dataset) -> bool:
    """Whether the file says that software put a lesion into it."""
    return (text(data, "DerivationDescription") or "").startswith("Synthetic")
