"""Multi-frame objects are seen as single-frame ones that say the same at the top level."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom import FileDataset, Sequence

from dicom_files import dataset, item, write
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers import dicom

PROJECTION = {
    "FOR PRESENTATION": "1.2.840.10008.5.1.4.1.1.13.1.4",
    "FOR PROCESSING": "1.2.840.10008.5.1.4.1.1.13.1.5",
}
MACROS = {
    "FramePixelDataPropertiesSequence": (
        "ImagerPixelSpacing",
        "PixelIntensityRelationship",
        "PixelIntensityRelationshipSign",
    ),
    "XRayGeometrySequence": ("EstimatedRadiographicMagnificationFactor",),
    "FrameVOILUTSequence": ("WindowCenter", "WindowWidth", "WindowCenterWidthExplanation", "VOILUTFunction"),
    "PixelValueTransformationSequence": ("RescaleSlope", "RescaleIntercept"),
}
SHARED, OWN = "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"


def projection(intent: str, photometric: str, facts: dict[str, Any], place: str | None) -> FileDataset:
    """Two projections of a wedge; `facts` in the functional groups of `place`, or at the top level."""
    wedge = np.tile(np.linspace(100, 16000, 200), (60, 1)).astype(np.uint16)
    fixed = {"SOPClassUID": PROJECTION[intent], "PresentationIntentType": intent, "PresentationLUTShape": None}
    data = dataset(np.stack([wedge, wedge]), 14, PhotometricInterpretation=photometric, **fixed)
    moved = {keyword for keywords in MACROS.values() for keyword in keywords}
    for keyword in moved & {each.keyword for each in data}:
        delattr(data, keyword)
    if place is None:
        for keyword, value in facts.items():
            setattr(data, keyword, value)
        return data
    macros = {name: {each: facts[each] for each in keywords if each in facts} for name, keywords in MACROS.items()}
    group = item(**{name: [item(**values)] for name, values in macros.items() if values})
    setattr(data, place, Sequence([group] if place == SHARED else [group, group]))
    return data


def read(tmp_path: Path, data: FileDataset) -> Mammogram:
    return dicom.read(write(data, tmp_path / "x.dcm"))


FACTS = {
    "linear, more exposure is larger": {"PixelIntensityRelationship": "LIN", "PixelIntensityRelationshipSign": 1},
    "linear, more exposure is smaller": {"PixelIntensityRelationship": "LIN", "PixelIntensityRelationshipSign": -1},
    "logarithmic": {"PixelIntensityRelationship": "LOG", "PixelIntensityRelationshipSign": 1},
    "logarithmic, smaller": {"PixelIntensityRelationship": "LOG", "PixelIntensityRelationshipSign": -1},
    "windows": {"WindowCenter": [8000, 9000], "WindowWidth": [16000, 5000], "VOILUTFunction": "SIGMOID"},
    "rescaled": {"RescaleSlope": "2", "RescaleIntercept": "-50", "WindowCenter": 9000, "WindowWidth": 20000},
}


@pytest.mark.parametrize("place", [SHARED, OWN])
@pytest.mark.parametrize("photometric", ["MONOCHROME1", "MONOCHROME2"])
@pytest.mark.parametrize("intent", PROJECTION)
@pytest.mark.parametrize("facts", FACTS.values(), ids=FACTS)
def test_groups_say_what_the_top_level_says(tmp_path: Path, facts, intent: str, photometric: str, place: str):
    facts = {**facts, "ImagerPixelSpacing": [0.1, 0.1], "EstimatedRadiographicMagnificationFactor": "1.25"}
    top, groups = (read(tmp_path, projection(intent, photometric, facts, each)) for each in (None, place))
    np.testing.assert_array_equal(groups.pixels, top.pixels)
    assert groups.spacing == top.spacing == pytest.approx((0.08, 0.08))
    assert groups.spacing_source == top.spacing_source
    assert groups.properties == top.properties
    assert groups.notes == top.notes
    assert [each.explanation for each in groups.windows] == [each.explanation for each in top.windows]


@pytest.mark.parametrize(("sign", "rises"), [(1, False), (-1, True)])
def test_more_exposure_is_darker(tmp_path: Path, sign: int, rises: bool):
    facts = {"PixelIntensityRelationship": "LIN", "PixelIntensityRelationshipSign": sign}
    line = read(tmp_path, projection("FOR PROCESSING", "MONOCHROME2", facts, SHARED)).pixels[0, 0]
    assert (line[150] > line[20]) == rises


def test_a_frame_may_have_a_sense_of_its_own(tmp_path: Path):
    data = projection("FOR PROCESSING", "MONOCHROME2", {}, None)
    groups = [item(FramePixelDataPropertiesSequence=[item(PixelIntensityRelationshipSign=sign)]) for sign in (1, -1)]
    setattr(data, OWN, Sequence(groups))
    first, second = read(tmp_path, data).pixels[:, 0]
    assert first[20] > first[150]
    assert second[20] < second[150]


def test_a_frame_goes_before_what_is_shared_and_an_empty_value_says_nothing(tmp_path: Path):
    data = projection("FOR PRESENTATION", "MONOCHROME2", {"ImagerPixelSpacing": [0.1, 0.1]}, None)
    shared = item(FramePixelDataPropertiesSequence=[item(ImagerPixelSpacing=[0.2, 0.2])])
    own = [item(FramePixelDataPropertiesSequence=[item(ImagerPixelSpacing=each)]) for each in ([0.3, 0.3], [0.4, 0.4])]
    setattr(data, SHARED, Sequence([shared]))
    assert read(tmp_path, data).spacing == (0.2, 0.2)
    setattr(data, OWN, Sequence(own))
    image = read(tmp_path, data)
    assert image.spacing == (0.3, 0.3)
    assert "the frames have 2 different spacings: that of the first is used" in image.notes
    empty = item(FramePixelDataPropertiesSequence=[item(ImagerPixelSpacing=None)])
    setattr(data, OWN, Sequence([empty, empty]))
    assert read(tmp_path, data).spacing == (0.2, 0.2)
