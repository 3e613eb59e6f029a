"""What a DICOM file says of its exam, read without its pixels."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

from pydicom import Dataset, dcmread

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams.exam import ExamImage
from napari_mammoseg.exams.naming import without_date
from napari_mammoseg.readers.dicom.groups import as_single_frame
from napari_mammoseg.readers.dicom.opening import checked_head
from napari_mammoseg.readers.dicom.refusals import refuse_by_kind
from napari_mammoseg.readers.dicom.tags import number, text, texts, without_unreadable
from napari_mammoseg.readers.dicom.view import intent_of, pose_of
from napari_mammoseg.readers.quiet import quiet

_NOBODY = ("", "anonymous", "anonymized", "anonymised", "anon", "unknown", "none", "synthetic")
_DATES = ("StudyDate", "AcquisitionDate", "SeriesDate", "ContentDate")
_HARMLESS = ("nipple in profile",)
"""View modifiers of a whole view."""


def of_dicom(path: Path) -> ExamImage:
    """Raises InputError for objects that are no images, and for what cannot be read."""
    checked_head(path)
    with quiet():
        try:
            data = dcmread(path, force=True, stop_before_pixels=True)
        except Exception as error:
            raise InputError(path, "is damaged or cut short", "copy or export it again") from error
        without_unreadable(data)
        refuse_by_kind(path, data)
        header = as_single_frame(data)
        return replace(_image(path, data, header), odd=_oddities(data, header))


def _image(path: Path, data: Dataset, header: Dataset) -> ExamImage:
    pose = pose_of(header)
    return ExamImage(
        path,
        pose.laterality,
        pose.view,
        patient=_patient(data),
        study=text(data, "StudyInstanceUID"),
        date=_date(data),
        orientation=_orientation(header),
    )


def _patient(data: Dataset) -> str | None:
    """A digest of who it is, so that nothing here holds a name; None where the file does not say."""
    said = text(data, "PatientID") or ""
    if said.lower() in _NOBODY or not said.strip("0"):
        return None
    return hashlib.sha256(f"{text(data, 'IssuerOfPatientID')}/{said}".encode()).hexdigest()[:16]


def _date(data: Dataset) -> str | None:
    dates = (without_date(text(data, each) or "")[1] for each in _DATES)
    return next((each for each in dates if each), None)


def _orientation(header: Dataset) -> tuple[str, str] | None:
    """Where rows and columns point: the first letter of each value says most ("FR" is above all towards the feet)."""
    said = [each[:1].upper() for each in texts(header, "PatientOrientation")]
    return (said[0], said[1]) if len(said) == 2 and all(each in "APHFLR" for each in said if each) else None


def _oddities(data: Dataset, header: Dataset) -> tuple[str, ...]:
    """What makes the image a second choice."""
    modifiers = [each for each in pose_of(header).modifiers if each not in _HARMLESS]
    processing = ["for processing"] if intent_of(header) == "FOR PROCESSING" else []
    frames = ["tomosynthesis"] if (number(data, "NumberOfFrames") or 1) > 1 else []
    partial = ["part of the breast"] if text(header, "PartialView") == "YES" else []
    return (*modifiers, *processing, *frames, *partial)
