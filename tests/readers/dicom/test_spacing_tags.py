"""Which tag gives the millimetres."""

from __future__ import annotations

from typing import Any

import pytest
from pydicom import Dataset

from dicom_files import item
from napari_mammoseg.readers.dicom.groups import as_single_frame
from napari_mammoseg.readers.dicom.spacing import spacing_of

DETECTOR, FACTOR = "ImagerPixelSpacing", "EstimatedRadiographicMagnificationFactor"
OVER = f"{DETECTOR} / {FACTOR}"


def found(magnified: bool = False, **attributes: Any) -> tuple[Any, str | None]:
    measured = spacing_of(as_single_frame(item(**attributes)), magnified)
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
        ({"PixelSpacing": [0.0, 0.0]}, None, None),
        ({"PixelSpacing": [1.0, 1.0]}, None, None),
        ({"PixelSpacing": [1.0, 1.0], DETECTOR: [0.07, 0.07]}, (0.07, 0.07), DETECTOR),
        ({DETECTOR: [-0.1, -0.1]}, None, None),
        ({DETECTOR: [0.1, 0.1], FACTOR: "0", "PixelSpacing": [85.0, 85.0]}, (0.1, 0.1), DETECTOR),
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
    assert found(**attributes | {DETECTOR: [0.05, 0.05]}) == ((0.085, 0.085), "PixelSpacing")


@pytest.mark.parametrize("place", ["SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"])
def test_the_groups_of_a_projection_stack_say_what_single_frames_say_at_the_top(place: str):
    properties, geometry = item(**{DETECTOR: [0.1, 0.1]}), item(**{FACTOR: "1.25"})
    group = item(FramePixelDataPropertiesSequence=[properties], XRayGeometrySequence=[geometry])
    assert found(**{place: [group, group]}) == (pytest.approx((0.08, 0.08)), OVER)


@pytest.mark.parametrize("keyword", ["PixelSpacing", DETECTOR, "NominalScannedPixelSpacing"])
@pytest.mark.parametrize("written", ["0,085", "85 um", "0.085 mm", "1", "0", "-0.1", "1e400", "?"])
def test_what_is_no_spacing_is_quoted_and_another_tag_is_used(keyword: str, written: str):
    data = Dataset()
    data.add_new(keyword, "LO", [written, written])
    measured = spacing_of(data)
    assert measured.spacing is None
    assert f"{keyword} '{written}\\{written}'" in measured.notes[0]
    data.add_new(DETECTOR if keyword != DETECTOR else "PixelSpacing", "DS", ["0.07", "0.07"])
    assert spacing_of(data).spacing == (0.07, 0.07)


def test_an_unreadable_magnification_is_quoted():
    data = item(**{DETECTOR: [0.1, 0.1]})
    data.add_new(FACTOR, "LO", "1,8")
    assert "'1,8'" in spacing_of(data).notes[0]
    assert spacing_of(data, magnified_view=True).spacing is None
