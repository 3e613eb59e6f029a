"""The DICOM image that a result belongs to, made fit for highdicom."""

from __future__ import annotations

import json
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydicom import Dataset, dcmread
from pydicom.charset import python_encoding
from pydicom.datadict import dictionary_has_tag, dictionary_VM
from pydicom.errors import InvalidDicomError
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element
from pydicom.tag import BaseTag
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
_UNUSABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, NotImplementedError, struct.error)
"""What pydicom raises for values that cannot be read or written."""
_MEASURED = ("seconds", "peak_mib", "input", "formats")
MANUFACTURER = "napari-mammoseg"


def header(findings: Findings, wanted: str) -> Dataset:
    """The header of the result's source, with empty values where the standard allows them.

    Raises InputError if the source is not a DICOM image with one frame, or lacks what ties an object to its study.
    """
    source = _readable(_read(findings, wanted), findings.image.name, wanted)
    missing = [each for each in _IDENTIFYING if source.get(each) in (None, "")]
    if missing:
        what = f"lacks {', '.join(missing)}, so no {wanted} can belong to it"
        raise InputError(findings.image.name, what, "save another format")
    if source.SOPClassUID.name == source.SOPClassUID:
        raise InputError(findings.image.name, "is an object of a class that DICOM does not know", "save another format")
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


def _readable(source: Dataset, name: str, wanted: str) -> Dataset:
    """The header in UTF-8, without elements whose values cannot be decoded or written again.

    Raises InputError where its character set does not exist: its texts cannot be known then.
    """
    named = source.get("SpecificCharacterSet") or ""
    sets = [named] if isinstance(named, str) else list(named)
    if not all(each in python_encoding for each in sets):
        what = f"names a character set that does not exist, so its texts cannot go into a {wanted}"
        raise InputError(name, what, "save another format")
    for tag in list(source.keys()):
        try:
            with unnamed():
                _write_again(source, tag)
        except _UNUSABLE:
            del source[tag]
    source.SpecificCharacterSet = "ISO_IR 192"
    return source


def _write_again(source: Dataset, tag: BaseTag) -> None:
    """Decodes an element of the source and tries to write it in UTF-8. Raises ValueError for too many values."""
    element = source[tag]
    if element.VM > 1 and not tag.is_private and dictionary_has_tag(tag) and dictionary_VM(tag) == "1":
        raise ValueError(element.VM)
    if element.VR == "PN" and element.VM == 1:
        element.value = str(element.value)
    file = DicomBytesIO()
    file.is_little_endian, file.is_implicit_VR = True, False
    write_data_element(file, element, ["utf8"])


def _valid(source: Dataset, keyword: str) -> bool:
    """Whether the element is there and holds what the standard allows (real files hold dates such as 0000-00-00)."""
    if keyword not in source:
        return False
    if keyword == "PatientSex":
        return source.PatientSex in ("M", "F", "O")
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
        what = f"is not a DICOM file, so there is no study that a {wanted} could belong to"
        raise InputError(findings.image.name, what, "save as png, tiff, nifti, csv or coco") from None
    except OSError as error:
        raise InputError(
            Path(findings.image.name), f"cannot be opened again ({error.strerror})", "leave it in its place"
        ) from None


@contextmanager
def unnamed() -> Iterator[None]:
    """Silences warnings of highdicom and pydicom, which quote the patient's name and dates."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


class Identifiers:
    """UIDs that depend only on the result: the same result always gets the same ones."""

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
