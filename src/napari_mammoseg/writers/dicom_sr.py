"""The findings as a DICOM structured report (TID 1500): the image's score, and one planar region per finding.

The score is "Certainty of Finding", the probability of malignancy "Probability of cancer", both in percent; areas are
outlined, other findings have their box. The report belongs to the image's study and so carries its patient's
identifiers, as DICOM requires.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from skimage.measure import find_contours

from napari_mammoseg.errors import needed
from napari_mammoseg.files import atomic
from napari_mammoseg.findings import Finding, Findings
from napari_mammoseg.writers.dicom_source import MANUFACTURER, Identifiers, header, parameters, unnamed


def write(findings: Findings, folder: Path, stem: str) -> list[Path]:
    path = folder / f"{stem}.sr.dcm"
    report = of(findings)
    with atomic(path) as temporary:
        report.save_as(temporary)
    return [path]


def of(findings: Findings) -> Any:
    """The highdicom ComprehensiveSR of a result. Raises InputError if its source is no DICOM image."""
    sr = needed("highdicom.sr", "DICOM SR", "dicom")
    from pydicom.sr.codedict import codes

    source, result = header(findings, "DICOM SR"), Identifiers(findings)
    regions = [_group(findings, each, source, result) for each in findings.findings]
    content = sr.MeasurementReport(
        observation_context=_context(findings, result),
        procedure_reported=codes.SCT.Mammography,
        imaging_measurements=[_whole(findings, source, result), *regions],
        title=codes.DCM.ImagingMeasurementReport,
        referenced_images=_library(source),
    )
    with unnamed():
        return sr.ComprehensiveSR(
            evidence=[source],
            content=content[0],
            series_instance_uid=result.uid("sr series"),
            series_number=9002,
            sop_instance_uid=result.uid("sr"),
            instance_number=1,
            manufacturer=MANUFACTURER,
            is_complete=True,
        )


def _library(source: Any) -> list[Any] | None:
    """The image library's one image, where its header has what the library's template asks for."""
    wanted = ("PatientOrientation", "ImagerPixelSpacing")
    return [source] if all(each in source and source[each].VM == 2 for each in wanted) else None


def _context(findings: Findings, result: Identifiers) -> Any:
    from highdicom import sr
    from pydicom.sr.codedict import codes

    device = sr.DeviceObserverIdentifyingAttributes(
        uid=result.uid(f"device {findings.model.sha256}"),
        name=MANUFACTURER,
        manufacturer_name=MANUFACTURER,
        model_name=findings.model.name,
    )
    return sr.ObservationContext(observer_device_context=sr.ObserverContext(codes.DCM.Device, device))


def _whole(findings: Findings, source: Any, result: Identifiers) -> Any:
    """The score of the whole image; it is there whatever was found."""
    from highdicom import sr
    from pydicom.sr.codedict import codes

    score = 100 * findings.image_score
    return sr.MeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(result.uid("image"), f"{findings.pipeline} image"),
        source_images=[sr.SourceImageForMeasurementGroup(source.SOPClassUID, source.SOPInstanceUID)],
        algorithm_id=_algorithm(findings),
        measurements=[sr.Measurement(codes.DCM.CertaintyOfFinding, round(score, 4), codes.UCUM.Percent)],
    )


def _algorithm(findings: Findings) -> Any:
    from highdicom.sr import AlgorithmIdentification

    made = [f"{name}={value}" for name, value in parameters(findings).items()]
    return AlgorithmIdentification(findings.model.name, findings.run.version, made)


def _group(findings: Findings, finding: Finding, source: Any, result: Identifiers) -> Any:
    from highdicom import sr
    from highdicom.sr import ImageRegion, SourceImageForRegion

    from napari_mammoseg.writers.dicom_codes import kind_code

    return sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=sr.TrackingIdentifier(
            uid=result.uid(f"finding {finding.id}"), identifier=f"{findings.pipeline} {finding.id}"
        ),
        referenced_region=ImageRegion(
            "POLYLINE", outline(findings, finding), SourceImageForRegion(source.SOPClassUID, source.SOPInstanceUID)
        ),
        finding_type=kind_code(finding.kind),
        algorithm_id=sr.AlgorithmIdentification(findings.model.name, findings.run.version),
        measurements=_measurements(finding),
        qualitative_evaluations=_evaluations(finding),
    )


def _measurements(finding: Finding) -> list[Any]:
    from highdicom.sr import Measurement
    from pydicom.sr.codedict import codes

    percent, mm, mm2 = codes.UCUM.Percent, codes.UCUM.Millimeter, codes.UCUM.SquareMillimeter
    numbers = (
        (codes.DCM.CertaintyOfFinding, 100 * finding.score, percent),
        (codes.DCM.ProbabilityOfCancer, None if finding.p_malignant is None else 100 * finding.p_malignant, percent),
        (codes.SCT.Area, finding.area_mm2, mm2),
        (codes.SCT.Diameter, finding.diameter_mm, mm),
    )
    return [Measurement(name, round(value, 4), unit) for name, value, unit in numbers if value is not None]


def _evaluations(finding: Finding) -> list[Any]:
    from highdicom.sr import QualitativeEvaluation
    from pydicom.sr.codedict import codes

    if finding.label is None:
        return []
    answer = {"benign": codes.SCT.Benign, "malignant": codes.SCT.Malignant, "normal": codes.SCT.Normal}[finding.label]
    return [QualitativeEvaluation(codes.DCM.ClinicalInterpretation, answer)]


def outline(findings: Findings, finding: Finding) -> NDArray[np.float64]:
    """A closed polygon (n, 2), columns and rows in DICOM's coordinates: the first pixel's centre is (0.5, 0.5)."""
    row0, column0, row1, column1 = finding.box
    if findings.mask is not None:
        window = np.pad(findings.mask[row0:row1, column0:column1] == finding.id, 1)
        if window.any():
            longest = max(find_contours(window, 0.5), key=len)
            return np.asarray(longest[:, ::-1] + (column0 - 0.5, row0 - 0.5))
    corners = [(column0, row0), (column1, row0), (column1, row1), (column0, row1), (column0, row0)]
    return np.asarray(corners, np.float64)
