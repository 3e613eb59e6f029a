"""Stored values to what is seen: grey values that are bright where the tissue is dense, and the windows over them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset

from napari_mammoseg.mammogram import Window, every_value, look_up
from napari_mammoseg.readers.dicom.default_window import own_window
from napari_mammoseg.readers.dicom.frames import Stored
from napari_mammoseg.readers.dicom.grey import Scale, modality
from napari_mammoseg.readers.dicom.groups import as_single_frame, differs_by_frame
from napari_mammoseg.readers.dicom.padding import padding
from napari_mammoseg.readers.dicom.polarity import inverted
from napari_mammoseg.readers.dicom.processing import exposure_rises
from napari_mammoseg.readers.dicom.voi import choices

GREY_GROUPS = ("FrameVOILUTSequence", "PixelValueTransformationSequence", "FramePixelDataPropertiesSequence")
"""The functional groups that say how a frame's values are seen."""


@dataclass(frozen=True, slots=True)
class Grey:
    """How one frame is seen: the meaning of its values, its windows (the default first), these as the file has them."""

    scale: Scale
    windows: tuple[Window, ...]
    facts: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """`Mammogram.pixels`, `.values`, `.windows` of all frames, the windows as the file has them, and notes."""

    pixels: NDArray[np.float32]
    values: NDArray[Any] | None
    windows: tuple[Window, ...]
    facts: tuple[dict[str, Any], ...]
    notes: tuple[str, ...]


def picture_of(data: Dataset, stored: Stored, for_processing: bool) -> Picture:
    """The image as its default window shows it, and the values over which all its windows are."""
    grey = grey_of(data, stored, for_processing)
    if stored.values.ndim == 3 and differs_by_frame(data, *GREY_GROUPS):
        pixels, same = _frame_by_frame(data, stored, for_processing)
        if not same:
            note = "the frames have windows of their own: each is shown through its first, and no others are offered"
            return Picture(pixels, None, (), grey.facts, (*grey.notes, note))
    table = grey.scale.table(grey.scale.values())
    values = stored.values if _is_itself(table) else look_up(table, stored.values)
    pixels = look_up(grey.windows[0].shown(every_value(values.dtype)), values)
    return Picture(pixels, values, grey.windows, grey.facts, grey.notes)


def grey_of(data: Dataset, stored: Stored, for_processing: bool, frame: int = 0) -> Grey:
    """How `frame` (from 0) is seen.

    FOR PROCESSING is turned into a presentation-like image; else the file's first VOI choice is the default; a file
    without one is shown over the whole range of its bits. Where that shows next to nothing, the range of the values is.
    """
    header = as_single_frame(data, frame)
    scale, notes = _scale(header, stored, for_processing)
    offered, more = choices(header, signed=bool(scale.modality.min() < 0))
    windows = _with_names_of_their_own([scale.window(each) for each in offered])
    facts: list[dict[str, Any]] = [{"explanation": each.explanation, **each.facts} for each in offered]
    own = own_window(header, stored, scale, for_processing, offered, frame)
    if own is not None:
        window, note = own
        windows.insert(0, window)
        facts.insert(0, {"explanation": window.explanation, "kind": "computed", "function": window.origin})
        more.append(note)
    return Grey(scale, tuple(windows), tuple(facts), (*notes, *more))


def _with_names_of_their_own(windows: list[Window]) -> list[Window]:
    """The windows, with their origin added to an explanation that an earlier window has."""
    names: set[str] = set()
    for place, window in enumerate(windows):
        if window.explanation in names:
            windows[place] = replace(window, explanation=f"{window.explanation} ({window.origin})")
        names.add(window.explanation)
    return windows


def _frame_by_frame(data: Dataset, stored: Stored, for_processing: bool) -> tuple[NDArray[np.float32], bool]:
    """Each frame through its own default window, and whether that is the same one for all."""
    pixels = np.empty(stored.values.shape, np.float32)
    tables = []
    for frame, values in enumerate(stored.values):
        grey = grey_of(data, stored, for_processing, frame)
        tables.append(grey.scale.table(grey.windows[0].shown(grey.scale.values())))
        look_up(tables[-1], values, pixels[frame])
    return pixels, all(np.array_equal(tables[0], each) for each in tables[1:])


def _scale(header: Dataset, stored: Stored, for_processing: bool) -> tuple[Scale, list[str]]:
    limits = np.iinfo(stored.values.dtype)
    every = np.arange(limits.min, limits.max + 1)
    meaning, line, notes = modality(header, every)
    masked, padding_note = padding(header, every)
    if masked[[stored.lowest - limits.min, stored.highest - limits.min]].all():
        masked, padding_note = np.zeros_like(masked), "every pixel is padding: the padding value is not used"
    edges = meaning[stored.edges().astype(np.int64) - limits.min]
    dark, contradiction = inverted(header, edges)
    if for_processing:
        dark = exposure_rises(header, dark)
    notes += [each for each in (padding_note, contradiction) if each]
    return Scale(stored.values.dtype, stored.first, stored.last, meaning, line, masked, dark), notes


def _is_itself(table: NDArray[Any]) -> bool:
    return bool((table == np.arange(len(table), dtype=f"u{table.itemsize}").view(table.dtype)).all())
