"""Multi-frame functional groups (PS3.3 C.7.6.16): a frame's values stand in its own item, in the shared one, or at the
top of the file."""

from __future__ import annotations

from pydicom import Dataset

from napari_mammoseg.readers.dicom.tags import items

_OWN, _SHARED = "PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence"


def as_single_frame(data: Dataset, frame: int = 0) -> Dataset:
    """The file as if `frame` (from 0) were its only one: the elements of its functional groups stand at the top.

    A frame's own group goes before the shared one, that before the top level; an empty element says nothing.
    """
    flat = Dataset(dict(data.items()))
    for group in (*items(data, _SHARED)[:1], *items(data, _OWN)[frame : frame + 1]):
        for macro in group:
            for item in [] if macro.is_private else items(group, macro.keyword)[:1]:
                flat.update({each.tag: each for each in item if not each.is_empty})
    return flat


def of_frame(data: Dataset, sequence: str, frame: int = 0) -> Dataset | None:
    """The item of the functional group `sequence` that holds for `frame` (from 0), or None."""
    for group in (*items(data, _OWN)[frame : frame + 1], *items(data, _SHARED)[:1]):
        for item in items(group, sequence)[:1]:
            return item
    return None


def differs_by_frame(data: Dataset, *sequences: str) -> bool:
    """Whether the frames have items of their own of any of the functional groups `sequences`."""
    return any(items(group, each) for group in items(data, _OWN) for each in sequences)
