"""The mask as a DICOM Segmentation of the image it was made from, rows and columns as stored.

Binary with one segment per finding, the form that most programs read; where that would pass 128 MiB, one label map
whose labels are the ids.
The object belongs to the image's study and so carries its patient's identifiers, as DICOM requires.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError, needed
from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Finding, Findings
from napari_mammoseg.writers.dicom_source import MANUFACTURER, Identifiers, header, parameters, unnamed

_LARGEST_BINARY_BITS = 128 * 2**23


def write(findings: Findings, folder: Path, stem: str) -> list[Path]:
    if not _drawn(findings):
        return []
    path = folder / f"{stem}.seg.dcm"
    segmentation = of(findings)
    with atomic(path) as temporary:
        segmentation.save_as(temporary)
    return [path]


def of(findings: Findings) -> Any:
    """The highdicom Segmentation of a result with a mask. Raises InputError if its source is no DICOM image."""
    highdicom = needed("highdicom", "DICOM SEG", "dicom")
    source, result = header(findings, "DICOM SEG"), Identifiers(findings)
    drawn = _drawn(findings)
    if findings.mask is None or not drawn:
        raise InputError(findings.image.name, "has no outlined finding to put into a DICOM SEG", "save another format")
    binary = len(drawn) * findings.mask.size <= _LARGEST_BINARY_BITS
    numbers = range(1, len(drawn) + 1) if binary else [each.id for each in drawn]
    with unnamed():
        segmentation = highdicom.seg.Segmentation(
            source_images=[source],
            pixel_array=_renumbered(findings.mask, drawn, list(numbers))[None],
            segmentation_type="BINARY" if binary else "LABELMAP",
            segment_descriptions=[
                _segment(findings, each, number, result) for each, number in zip(drawn, numbers, strict=True)
            ],
            series_instance_uid=result.uid("seg series"),
            series_number=9001,
            sop_instance_uid=result.uid("seg"),
            instance_number=1,
            manufacturer=MANUFACTURER,
            manufacturer_model_name=findings.model.name,
            software_versions=findings.run.version,
            device_serial_number="0",
            content_label=findings.pipeline.upper()[:16],
            content_description="Research result, not a diagnosis",
        )
    segmentation.PatientOrientation = source.get("PatientOrientation", "")
    return segmentation


def _drawn(findings: Findings) -> list[Finding]:
    """The findings that have pixels."""
    if findings.mask is None:
        return []
    pixels = np.bincount(findings.mask.ravel())
    return [each for each in findings.findings if each.id < len(pixels) and pixels[each.id]]


def _renumbered(mask: NDArray[np.uint16], drawn: list[Finding], numbers: list[int]) -> NDArray[np.uint16]:
    table = np.zeros(int(mask.max()) + 1, np.uint16)
    table[[each.id for each in drawn]] = numbers
    return table[mask]


def _segment(findings: Findings, finding: Finding, number: int, result: Identifiers) -> Any:
    import highdicom
    from pydicom.sr.codedict import codes

    from napari_mammoseg.writers.dicom_codes import kind_code

    return highdicom.seg.SegmentDescription(
        segment_number=number,
        segment_label=f"{finding.kind} {finding.id}",
        segmented_property_category=codes.SCT.MorphologicallyAbnormalStructure,
        segmented_property_type=kind_code(finding.kind),
        algorithm_type="AUTOMATIC",
        algorithm_identification=highdicom.AlgorithmIdentificationSequence(
            name=findings.model.name,
            family=codes.DCM.ArtificialIntelligence,
            version=findings.run.version,
            source=MANUFACTURER,
            parameters=parameters(findings) | {"score": f"{finding.score:.6g}"},
        ),
        tracking_id=f"{findings.pipeline} {finding.id}",
        tracking_uid=result.uid(f"finding {finding.id}"),
    )
