"""Which breast from which side: view, its modifiers, laterality, intent (PS3.16 CID 4014 and 4015)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydicom import Dataset

from napari_mammoseg.readers.dicom.tags import code_string, items, text

VIEWS = {
    "CC": ("399162004", "R-10242"),
    "MLO": ("399368009", "R-10226"),
    "ML": ("399260004", "R-10224"),
    "LM": ("399352003", "R-10228"),
    "LMO": ("399099002", "R-10230"),
    "FB": ("399196006", "R-10244"),
    "SIO": ("399188001", "R-102D0"),
    "ISO": ("441555000", "R-40AAA"),
    "XCCL": ("399192008", "R-1024A"),
    "XCCM": ("399101009", "R-1024B"),
    "SPECIMEN": ("127457009", "G-8310"),
}
MODIFIERS = {
    "magnification": ("399163009", "R-102D6"),
    "spot compression": ("399055006", "R-102D7"),
    "implant displaced": ("399209000", "R-102D5"),
    "cleavage": ("399161006", "R-102D2"),
    "axillary tail": ("399011000", "R-102D1"),
    "axillary tissue": ("442580003", "R-40AB2"),
    "rolled lateral": ("399197002", "R-102D3"),
    "rolled medial": ("399226006", "R-102D4"),
    "rolled superior": ("415670009", "R-102C9"),
    "rolled inferior": ("414493004", "R-102CA"),
    "tangential": ("399110001", "R-102C2"),
    "nipple in profile": ("442581004", "R-40AB3"),
    "anterior compression": ("441752004", "P2-00161"),
    "infra-mammary fold": ("442593008", "R-40ABE"),
}
RETIRED_VIEWS = {"Y-X1770": "XCCL", "Y-X1771": "XCCM", "399265009": "XCC", "R-102CF": "XCC"}
"""Codes of earlier versions of CID 4014 (its notes 1 and 2); XCC: exaggerated, to which side is not said."""
_VIEW_OF = {code: view for view, codes in VIEWS.items() for code in codes} | RETIRED_VIEWS
_MODIFIER_OF = {code: modifier for modifier, codes in MODIFIERS.items() for code in codes}
_WRITTEN = re.compile(r"([LR]?)[ _-]?(CC|MLO|ML|LMO|LM|FB|SIO|ISO|XCCL|XCCM|XCC)")
_WRITTEN_IN = ("ViewPosition", "PatientOrientation")
_SIDE_IN = ("ImageLaterality", "FrameLaterality", "Laterality")
_SIDES = {"L": "L", "R": "R", "LEFT": "L", "RIGHT": "R"}
_SIDE_OF = {
    **dict.fromkeys(("7771000", "G-A101", "80248007", "T-04030"), "L"),
    **dict.fromkeys(("24028007", "G-A100", "73056007", "T-04020"), "R"),
}
"""SNOMED CT and SNOMED-RT codes of left and right (PS3.16 CID 244), and of the left and the right breast."""
INTENTS = ("FOR PRESENTATION", "FOR PROCESSING")
_FOR_PROCESSING = ("1.2.840.10008.5.1.4.1.1.1.2.1", "1.2.840.10008.5.1.4.1.1.13.1.5")
_FOR_PRESENTATION = ("1.2.840.10008.5.1.4.1.1.1.2", "1.2.840.10008.5.1.4.1.1.13.1.4")


@dataclass(frozen=True, slots=True)
class Pose:
    """Which breast the image shows, and from which side."""

    view: str | None
    laterality: str | None
    modifiers: tuple[str, ...]
    notes: tuple[str, ...]


def pose_of(header: Dataset) -> Pose:
    """View, laterality and view modifiers, with notes where codes are unknown and where tags contradict each other."""
    view, view_notes = _view(header)
    laterality, laterality_notes = _laterality(header)
    modifiers, modifier_notes = _modifiers(header)
    return Pose(view, laterality, modifiers, (*view_notes, *modifier_notes, *laterality_notes))


def intent_of(data: Dataset) -> str | None:
    """ "FOR PRESENTATION" or "FOR PROCESSING": what the file says, else what its SOP class says, else None."""
    said = code_string(data, "PresentationIntentType")
    if said in INTENTS:
        return said
    sop_class = text(data, "SOPClassUID")
    return INTENTS[0] if sop_class in _FOR_PRESENTATION else INTENTS[1] if sop_class in _FOR_PROCESSING else None


def _view(header: Dataset) -> tuple[str | None, list[str]]:
    """The coded view, else the one in ViewPosition, else (as CBIS-DDSM does it) in PatientOrientation."""
    said, notes = [], []
    for item in items(header, "ViewCodeSequence"):
        if _code(item) in _VIEW_OF:
            said.append((f"the view code {_named(item)}", _VIEW_OF[_code(item)]))
        else:
            notes.append(f"the view code {_named(item)} is not known")
    said += [(name, view) for name, _, view in _written(header)]
    position = text(header, "ViewPosition")
    if position and not said:
        notes.append(f"ViewPosition '{position}' is not known")
    return _agreed(said, notes)


def _laterality(header: Dataset) -> tuple[str | None, list[str]]:
    """ImageLaterality, else FrameLaterality, else Laterality of the series, else coded anatomy, else a written view."""
    said, notes = [], []
    for name in _SIDE_IN:
        value = code_string(header, name) or ""
        if value in _SIDES:
            said.append((name, _SIDES[value]))
        elif value:
            notes.append(f"{name} '{value}' is neither L nor R")
    said += [("the anatomic region", _SIDE_OF[code]) for code in _anatomy(header) if code in _SIDE_OF]
    said += [(name, side) for name, side, _ in _written(header) if side]
    return _agreed(said, notes)


def _agreed(said: list[tuple[str, str]], notes: list[str]) -> tuple[str | None, list[str]]:
    """The first value of those `said` (where, value), and the notes with one for each that contradicts it."""
    if not said:
        return None, notes
    source, value = said[0]
    return value, [*notes, *(f"{name} says {other}, {source} {value}" for name, other in said[1:] if other != value)]


def _anatomy(header: Dataset) -> list[str]:
    regions = items(header, "AnatomicRegionSequence")
    return [_code(item) for each in regions for item in (each, *items(each, "AnatomicRegionModifierSequence"))]


def _written(header: Dataset) -> list[tuple[str, str, str]]:
    """Tag, side (or nothing) and view, for each tag that says a view in letters: "LCC", "MLO"."""
    matches = [(name, _WRITTEN.fullmatch(code_string(header, name) or "")) for name in _WRITTEN_IN]
    return [(name, match[1], match[2]) for name, match in matches if match]


def _modifiers(header: Dataset) -> tuple[tuple[str, ...], list[str]]:
    views = items(header, "ViewCodeSequence")
    codes = [each for place in (*views, header) for each in items(place, "ViewModifierCodeSequence")]
    known = [_MODIFIER_OF[_code(each)] for each in codes if _code(each) in _MODIFIER_OF]
    notes = [f"the view modifier {_named(each)} is not known" for each in codes if _code(each) not in _MODIFIER_OF]
    return tuple(dict.fromkeys(known)), notes


def _code(item: Dataset) -> str:
    """The code in an item of a code sequence (PS3.3 table 8.8-1), whatever it is called; empty where there is none."""
    values = (text(item, each) for each in ("CodeValue", "LongCodeValue", "URNCodeValue"))
    return next((each.upper() for each in values if each), "")


def _named(item: Dataset) -> str:
    said = (_code(item) or "without a value", text(item, "CodingSchemeDesignator"), text(item, "CodeMeaning"))
    return f"({', '.join(each for each in said if each)})"
