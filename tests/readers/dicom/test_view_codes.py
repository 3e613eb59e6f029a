"""View, laterality and intent."""

from __future__ import annotations

import pytest
from pydicom import Dataset
from pydicom.sr.codedict import codes

from dicom_files import FOR_PROCESSING, code, item
from napari_mammoseg.readers.dicom.groups import as_single_frame
from napari_mammoseg.readers.dicom.view import MODIFIERS, VIEWS, intent_of, pose_of


def frame_anatomy(side: str) -> Dataset:
    return item(FrameAnatomySequence=[item(FrameLaterality=side)])


def breast_of(side: Dataset) -> Dataset:
    return code("76752008", "SCT", "Breast", AnatomicRegionModifierSequence=[side])


def test_every_view_code_is_the_standards():
    known = {each.value: each.meaning for each in (getattr(codes.cid4014, name) for name in codes.cid4014.dir())}
    assert {sct for sct, _ in VIEWS.values()} == set(known)


def test_every_modifier_code_is_the_standards():
    known = {each.value: each.meaning for each in (getattr(codes.cid4015, name) for name in codes.cid4015.dir())}
    assert {sct: name.lower() for name, (sct, _) in MODIFIERS.items()} == {
        sct: each.lower() for sct, each in known.items()
    }


@pytest.mark.parametrize(("view", "value"), [(view, value) for view, values in VIEWS.items() for value in values])
def test_a_view_is_known_by_either_code(view: str, value: str):
    assert pose_of(item(ViewCodeSequence=[code(value, "SCT", "")])).view == view


@pytest.mark.parametrize(
    ("attributes", "view", "laterality"),
    [
        ({"ViewPosition": "MLO"}, "MLO", None),
        ({"ViewPosition": "ML"}, "ML", None),
        ({"ViewPosition": "LCC"}, "CC", "L"),
        ({"ViewPosition": "FLATFIELD"}, None, None),
        ({"PatientOrientation": "CC", "Laterality": "R"}, "CC", "R"),
        ({"PatientOrientation": ["A", "R"]}, None, None),
        ({"ImageLaterality": "L", "Laterality": "R"}, None, "L"),
        ({"Laterality": "B"}, None, None),
        ({"ImageLaterality": "right"}, None, "R"),
        ({"SharedFunctionalGroupsSequence": [frame_anatomy("R")]}, None, "R"),
        ({"PerFrameFunctionalGroupsSequence": [frame_anatomy("L"), frame_anatomy("R")]}, None, "L"),
        ({"AnatomicRegionSequence": [breast_of(code("7771000", "SCT", "Left"))]}, None, "L"),
    ],
)
def test_view_and_laterality_are_found_where_files_keep_them(attributes, view, laterality):
    pose = pose_of(as_single_frame(item(**attributes)))
    assert (pose.view, pose.laterality) == (view, laterality)


def test_the_code_is_believed_and_a_contradiction_said():
    pose = pose_of(
        item(ViewCodeSequence=[code("R-10226", "SRT", "")], ViewPosition="CC", ImageLaterality="L", Laterality="R")
    )
    assert (pose.view, pose.laterality) == ("MLO", "L")
    assert pose.notes == (
        "ViewPosition says CC, the view code (R-10226, SRT) MLO",
        "Laterality says R, ImageLaterality L",
    )


@pytest.mark.parametrize(
    ("attributes", "contradiction"),
    [
        ({"ViewPosition": "CC", "PatientOrientation": "MLO"}, "PatientOrientation says MLO, ViewPosition CC"),
        ({"ViewPosition": "RCC", "ImageLaterality": "L"}, "ViewPosition says R, ImageLaterality L"),
        (
            {"ImageLaterality": "L", "SharedFunctionalGroupsSequence": [frame_anatomy("R")]},
            "FrameLaterality says R, ImageLaterality L",
        ),
        (
            {"ViewCodeSequence": [code("R-10226", "SRT", ""), code("R-10242", "SRT", "")]},
            "the view code (R-10242, SRT) says CC, the view code (R-10226, SRT) MLO",
        ),
        (
            {"ImageLaterality": "L", "AnatomicRegionSequence": [breast_of(code("24028007", "SCT", "Right"))]},
            "the anatomic region says R, ImageLaterality L",
        ),
    ],
)
def test_every_contradiction_is_said(attributes, contradiction):
    assert pose_of(as_single_frame(item(**attributes))).notes == (contradiction,)


@pytest.mark.parametrize("scheme", ["SNM3", "SRT", "99SDM", "SCT"])
@pytest.mark.parametrize(
    ("value", "view"), [("Y-X1770", "XCCL"), ("Y-X1771", "XCCM"), ("399265009", "XCC"), ("R-102CF", "XCC")]
)
def test_retired_codes_are_known(value: str, scheme: str, view: str):
    pose = pose_of(item(ViewCodeSequence=[code(value, scheme, "")]))
    assert (pose.view, pose.notes) == (view, ())


@pytest.mark.parametrize("keyword", ["CodeValue", "LongCodeValue", "URNCodeValue"])
def test_a_code_may_stand_in_any_of_three_elements(keyword: str):
    assert pose_of(item(ViewCodeSequence=[item(**{keyword: "399368009"})])).view == "MLO"


def test_unknown_codes_are_named_and_the_written_view_is_taken():
    codes = [code("1-2", "99X", "sideways", ViewModifierCodeSequence=[code("3-4", "99X", "")])]
    pose = pose_of(item(ViewCodeSequence=codes, ViewPosition="MLO", Laterality="B"))
    assert (pose.view, pose.laterality, pose.modifiers) == ("MLO", None, ())
    assert pose.notes == (
        "the view code (1-2, 99X, sideways) is not known",
        "the view modifier (3-4, 99X) is not known",
        "Laterality 'B' is neither L nor R",
    )
    assert pose_of(item(ViewPosition="OTHER")).notes == ("ViewPosition 'OTHER' is not known",)


def test_modifiers_are_found_within_the_view():
    spot = [code("R-102D7", "SRT", ""), code("399163009", "SCT", "")]
    view = code("R-10242", "SRT", "", ViewModifierCodeSequence=spot)
    assert pose_of(item(ViewCodeSequence=[view])).modifiers == ("spot compression", "magnification")


def test_the_intent_is_that_of_the_class_where_the_file_is_silent():
    assert intent_of(item(SOPClassUID=FOR_PROCESSING)) == "FOR PROCESSING"
    assert intent_of(item(SOPClassUID=FOR_PROCESSING, PresentationIntentType="FOR PRESENTATION")) == "FOR PRESENTATION"
    assert intent_of(item(SOPClassUID="1.2.840.10008.5.1.4.1.1.7")) is None
