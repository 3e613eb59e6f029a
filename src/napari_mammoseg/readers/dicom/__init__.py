"""DICOM: mammograms For Presentation and For Processing, tomosynthesis stacks, digitised film in secondary captures.

Every transfer syntax that pydicom's decoders take; grey values through modality and VOI transformation; the spacing in
the breast; view and laterality by code. Other objects are refused with a reason.
"""

from __future__ import annotations

from pathlib import Path

from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.readers.dicom.colour import without_grey_scale
from napari_mammoseg.readers.dicom.decoding import transfer_syntax
from napari_mammoseg.readers.dicom.facts import facts_of, notes_of
from napari_mammoseg.readers.dicom.frames import stored_values
from napari_mammoseg.readers.dicom.groups import as_single_frame
from napari_mammoseg.readers.dicom.layout import layout_of
from napari_mammoseg.readers.dicom.opening import has_dicom_head, open_file
from napari_mammoseg.readers.dicom.picture import picture_of
from napari_mammoseg.readers.dicom.refusals import refuse_other_objects
from napari_mammoseg.readers.dicom.spacing import differing_spacings, spacing_of
from napari_mammoseg.readers.dicom.tags import without_unreadable
from napari_mammoseg.readers.dicom.view import intent_of, pose_of
from napari_mammoseg.readers.quiet import quiet

_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+", b"P2", b"P5", b"RIFF")


def accepts(path: Path, head: bytes) -> bool:
    """By content; a file that is named like DICOM and is not a known picture is accepted too, to say what it lacks."""
    named = path.suffix.lower() in (".dcm", ".dicom", ".ima")
    return has_dicom_head(head) or (named and not head.startswith(_PICTURES))


def read(path: Path) -> Mammogram:
    """The image with all that the file says of it. Raises InputError if it is not a grey image, or damaged.

    Elements that cannot be read are left out and noted; only those that the pixels need refuse the file.
    """
    with quiet():
        data = open_file(path)
        unreadable = without_unreadable(data)
        refuse_other_objects(path, data)
        layout = layout_of(path, data)
        stored = stored_values(path, data, layout)
        del data.PixelData
        header = as_single_frame(data)
        pose, intent = pose_of(header), intent_of(header)
        magnified = "magnification" in pose.modifiers
        measured = spacing_of(header, magnified)
        differing = differing_spacings(data, layout.frames, magnified)
        seen = data if layout.is_grey else without_grey_scale(data)
        picture = picture_of(seen, stored, for_processing=intent == "FOR PROCESSING")
        facts = facts_of(header, layout, transfer_syntax(data))
        notes = (*picture.notes, *stored.notes, *measured.notes, *pose.notes, *notes_of(header, layout))
    left_out = f"could not be read and is left out: {', '.join(dict.fromkeys(unreadable))}" if unreadable else None
    return Mammogram(
        picture.pixels,
        path.name,
        "DICOM",
        spacing=measured.spacing,
        spacing_source=measured.source,
        view=pose.view,
        laterality=pose.laterality,
        intent=intent,
        values=picture.values,
        windows=picture.windows,
        notes=(*notes, *(each for each in (differing, left_out) if each)),
        properties=facts | {"view_modifiers": list(pose.modifiers), "windows": list(picture.facts)},
    )
