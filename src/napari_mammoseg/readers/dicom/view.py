"""Which breast from which side: view, its modifiers, laterality, intent (PS3.16 CID 4014 and 4015)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pydicom import Dataset

from napari_mammoseg.readers.dicom.groups import of_frame
from napari_mammoseg.readers.dicom.tags import items, text, texts

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
_VIEW_OF = {code: view for view, codes in VIEWS.items() for code in codes}
_MODIFIER_OF = {code: modifier for modifier, codes in MODIFIERS.items() for code in codes}
_WRITTEN = re.compile(r"([LR]?)[ _-]?(CC|MLO|ML|LMO|LM|FB|SIO|ISO|XCCL|XCCM)")
INTENTS = ("FOR PRESENTATION", "FOR PROCESSING")
_FOR_PROCESSING = ("1.2.840.10008.5.1.4.1.1.1.2.1", "1.2.840.10008.5.1.4.1.1.13.1.5")
_FOR_PRESENTATION = ("1.2.840.10008.5.1.4.1.1.1.2", "1.2.840.10008.5.1.4.1.1.13.1.4")


@dataclass(frozen=True, slots=True)
class Pose:
    """What the image shows of whom: nothing of the person."""

    view: str | None
    laterality: str | None
    modifiers: tuple[str, ...]
    notes: tuple[str, ...]


def pose_of(data: Dataset) -> Pose:
    """View, laterality and view modifiers, with a note where tags contradict each other."""
    view, view_note = _view(data)
    laterality, laterality_note = _laterality(data)
    return Pose(view, laterality, _modifiers(data), tuple(each for each in (view_note, laterality_note) if each))


def intent_of(data: Dataset) -> str | None:
    """ "FOR PRESENTATION" or "FOR PROCESSING": what the file says, else what its SOP class says, else None."""
    said = text(data, "PresentationIntentType")
    if said in INTENTS:
        return said
    sop_class = text(data, "SOPClassUID")
    return INTENTS[0] if sop_class in _FOR_PRESENTATION else INTENTS[1] if sop_class in _FOR_PROCESSING else None


def _view(data: Dataset) -> tuple[str | None, str | None]:
    """The coded view, else the one in ViewPosition, else (as CBIS-DDSM does it) in PatientOrientation."""
    coded = next((_VIEW_OF[code] for code in _codes(data, "ViewCodeSequence") if code in _VIEW_OF), None)
    written = _written(data)[0]
    if coded:
        return coded, f"ViewPosition says {written}, the view code {coded}" if written not in (None, coded) else None
    return written, None


def _laterality(data: Dataset) -> tuple[str | None, str | None]:
    """ImageLaterality, else FrameLaterality, else Laterality of the series, else the letter before a written view."""
    image, series = _side(data, "ImageLaterality"), _side(data, "Laterality")
    frame = _side(of_frame(data, "FrameAnatomySequence"), "FrameLaterality")
    side = image or frame or series or _written(data)[1]
    return side, f"Laterality of the series says {series}" if series not in (None, side) else None


def _side(data: Dataset, keyword: str) -> str | None:
    side = text(data, keyword)
    return side if side in ("L", "R") else None


def _written(data: Dataset) -> tuple[str | None, str | None]:
    for keyword in ("ViewPosition", "PatientOrientation"):
        match = _WRITTEN.fullmatch((text(data, keyword) or "").upper())
        if match:
            return match[2], match[1] or None
    return None, None


def _modifiers(data: Dataset) -> tuple[str, ...]:
    views = items(data, "ViewCodeSequence")
    codes = [code for each in (*views, data) for code in _codes(each, "ViewModifierCodeSequence")]
    return tuple(dict.fromkeys(_MODIFIER_OF[code] for code in codes if code in _MODIFIER_OF))


def _codes(data: Dataset, sequence: str) -> list[str]:
    return [code for item in items(data, sequence) for code in texts(item, "CodeValue")]
