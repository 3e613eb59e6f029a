"""View, laterality and intent."""

from __future__ import annotations

import pytest
from pydicom.sr.codedict import codes

from dicom_files import FOR_PROCESSING, code, item
from napari_mammoseg.readers.dicom.view import MODIFIERS, VIEWS, intent_of, pose_of


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
        ({"SharedFunctionalGroupsSequence": [item(FrameAnatomySequence=[item(FrameLaterality="R")])]}, None, "R"),
    ],
)
def test_view_and_laterality_are_found_where_files_keep_them(attributes, view, laterality):
    pose = pose_of(item(**attributes))
    assert (pose.view, pose.laterality) == (view, laterality)


def test_the_code_is_believed_and_a_contradiction_said():
    pose = pose_of(
        item(ViewCodeSequence=[code("R-10226", "SRT", "")], ViewPosition="CC", ImageLaterality="L", Laterality="R")
    )
    assert (pose.view, pose.laterality) == ("MLO", "L")
    assert pose.notes == ("ViewPosition says CC, the view code MLO", "Laterality of the series says R")


def test_modifiers_are_found_within_the_view():
    spot = [code("R-102D7", "SRT", ""), code("399163009", "SCT", "")]
    view = code("R-10242", "SRT", "", ViewModifierCodeSequence=spot)
    assert pose_of(item(ViewCodeSequence=[view])).modifiers == ("spot compression", "magnification")


def test_the_intent_is_that_of_the_class_where_the_file_is_silent():
    assert intent_of(item(SOPClassUID=FOR_PROCESSING)) == "FOR PROCESSING"
    assert intent_of(item(SOPClassUID=FOR_PROCESSING, PresentationIntentType="FOR PRESENTATION")) == "FOR PRESENTATION"
    assert intent_of(item(SOPClassUID="1.2.840.10008.5.1.4.1.1.7")) is None
