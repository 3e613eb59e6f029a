"""Which tag gives the millimetres."""

from __future__ import annotations

from typing import Any

import pytest
from pydicom import Dataset

from dicom_files import item
from napari_mammoseg.readers.dicom.spacing import spacing_of

DETECTOR, FACTOR = "ImagerPixelSpacing", "EstimatedRadiographicMagnificationFactor"
OVER = f"{DETECTOR} / {FACTOR}"


def found(magnified: bool = False, **attributes: Any) -> tuple[Any, str | None]:
    measured = spacing_of(item(**attributes), magnified)
    return measured.spacing, measured.source


@pytest.mark.parametrize(
    ("attributes", "spacing", "source"),
    [
        ({}, None, None),
        ({DETECTOR: [0.1, 0.1]}, (0.1, 0.1), DETECTOR),
        ({DETECTOR: [0.1, 0.2], FACTOR: "1"}, (0.1, 0.2), DETECTOR),
        ({DETECTOR: [0.1, 0.2], FACTOR: "2"}, (0.05, 0.1), OVER),
        ({DETECTOR: [0.1, 0.1], FACTOR: "0"}, (0.1, 0.1), DETECTOR),
        ({DETECTOR: [0.1, 0.1], FACTOR: "2", "PixelSpacing": [0.1, 0.1]}, (0.05, 0.05), OVER),
        ({DETECTOR: [0.1, 0.1], FACTOR: "2", "PixelSpacing": [0.06, 0.06]}, (0.06, 0.06), "PixelSpacing"),
        ({DETECTOR: [0.1, 0.1], "PixelSpacing": [75.0, 47.0]}, (0.1, 0.1), DETECTOR),
        ({DETECTOR: [0.1, 0.1], "PixelSpacing": [0.3, 0.3]}, (0.1, 0.1), DETECTOR),
        ({"PixelSpacing": [0.2, 0.2]}, (0.2, 0.2), "PixelSpacing"),
        ({"NominalScannedPixelSpacing": [0.05, 0.05]}, (0.05, 0.05), "NominalScannedPixelSpacing"),
        ({"PixelSpacing": [0.0, 0.0], DETECTOR: [0.07, 0.07]}, (0.07, 0.07), DETECTOR),
        ({"PixelSpacing": [0.0, 0.0]}, (0.0, 0.0), "PixelSpacing"),
        ({DETECTOR: [-0.1, -0.1]}, (-0.1, -0.1), DETECTOR),
    ],
)
def test_the_spacing_in_the_breast_is_taken(attributes: dict[str, Any], spacing: Any, source: str | None):
    given, said = found(**attributes)
    assert said == source
    assert given == pytest.approx(spacing) if spacing else given is None


@pytest.mark.parametrize("kind", ["GEOMETRY", "FIDUCIAL"])
def test_a_calibration_by_name_is_believed_even_if_it_enlarges(kind: str):
    attributes = {"PixelSpacing": [0.3, 0.3], DETECTOR: [0.1, 0.1], "PixelSpacingCalibrationType": kind}
    assert found(**attributes) == ((0.3, 0.3), "PixelSpacing")


def test_a_magnification_view_without_its_factor_has_no_spacing():
    assert found(magnified=True, ImagerPixelSpacing=[0.1, 0.1]) == (None, None)


def test_pixel_measures_of_a_stack_come_first():
    measures = item(PixelMeasuresSequence=[item(PixelSpacing=[0.085, 0.085])])
    attributes = {"SharedFunctionalGroupsSequence": [measures], DETECTOR: [0.1, 0.1]}
    assert found(**attributes) == ((0.085, 0.085), "PixelSpacing")


def test_an_impossible_spacing_is_named():
    data = Dataset()
    data.PixelSpacing, data.ImagerPixelSpacing = [75.0, 47.0], [0.1, 0.1]
    assert spacing_of(data).notes[0] == "PixelSpacing 75 x 47 mm cannot be and is not used"
