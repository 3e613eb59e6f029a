"""The DICOM image that a result belongs to, made fit for highdicom."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import UID, generate_uid
from pydicom.valuerep import DA, TM

from napari_mammoseg.errors import InputError
from napari_mammoseg.findings import Findings

_IDENTIFYING = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "Rows", "Columns", "Modality")
_MAY_BE_EMPTY = (
    "PatientName",
    "PatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyDate",
    "StudyTime",
    "StudyID",
    "AccessionNumber",
    "ReferringPhysicianName",
)
_DATES = {"DA": DA, "TM": TM}
_MEASURED = ("seconds", "peak_mib", "input")
MANUFACTURER = "napari-mammoseg"


def header(findings: Findings, wanted: str) -> Dataset:
    """The header of the result's source, with empty values where the standard allows them.

    Raises InputError if the source is no DICOM image of one frame, or lacks what ties an object to its study.
    """
    source = _read(findings, wanted)
    missing = [each for each in _IDENTIFYING if source.get(each) in (None, "")]
    if missing:
        what = f"lacks {', '.join(missing)}, so no {wanted} can belong to it"
        raise InputError(findings.image.name, what, "save another format")
    if int(source.get("NumberOfFrames") or 1) > 1:
        raise InputError(
            findings.image.name, f"is a stack of frames, for which no {wanted} is written", "save another format"
        )
    for keyword in _MAY_BE_EMPTY:
        if not _valid(source, keyword):
            setattr(source, keyword, "")
    if "ImagePositionPatient" not in source:
        source.pop("FrameOfReferenceUID", None)
    return source


def _valid(source: Dataset, keyword: str) -> bool:
    """Whether the element is there and, if it is a date or time, is one (0000-00-00 is met in real files)."""
    if keyword not in source:
        return False
    try:
        _DATES.get(source[keyword].VR, str)(source[keyword].value)
    except ValueError:
        return False
    return True


def _read(findings: Findings, wanted: str) -> Dataset:
    path = findings.source
    try:
        if path is None:
            raise InvalidDicomError
        with unnamed():
            return dcmread(path, stop_before_pixels=True)
    except InvalidDicomError:
        what = f"is no DICOM file, so there is no study that a {wanted} could belong to"
        raise InputError(findings.image.name, what, "save as png, tiff, nifti, csv or coco") from None
    except OSError as error:
        raise InputError(
            Path(findings.image.name), f"cannot be opened again ({error.strerror})", "leave it in its place"
        ) from None


@contextmanager
def unnamed() -> Iterator[None]:
    """Keeps to itself what highdicom and pydicom warn of a patient's name or dates, for they cite them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


class Identifiers:
    """UIDs that the same result always gets, and no other result."""

    def __init__(self, findings: Findings) -> None:
        document = findings.to_dict()
        made = {name: value for name, value in document["run"].items() if name not in _MEASURED}
        self._result = json.dumps(document | {"run": made}, default=str)

    def uid(self, role: str) -> UID:
        """The UID of the result's part that plays `role`."""
        return generate_uid(entropy_srcs=[role, self._result])


def parameters(findings: Findings) -> dict[str, str]:
    """How the result was made, as texts."""
    made = {"pipeline": findings.pipeline, "model": findings.model.name, "model_sha256": findings.model.sha256}
    made |= {f"{name}_sha256": sha256 for name, sha256 in findings.model.beside.items()}
    return {name: str(value) for name, value in {**made, **findings.run.settings}.items() if value is not None}
