"""Multi-frame functional groups (PS3.3 C.7.6.16): where a frame's values stand, in its own item, in the shared one, or
at the top of a single-frame file."""

from __future__ import annotations

from pydicom import Dataset

from napari_mammoseg.readers.dicom.tags import items


def of_frame(data: Dataset, sequence: str, frame: int = 0) -> Dataset:
    """The item of the functional group `sequence` that holds for `frame` (from 0); `data` itself where it has none."""
    for group in (*items(data, "PerFrameFunctionalGroupsSequence")[frame : frame + 1], *shared(data)):
        for item in items(group, sequence)[:1]:
            return item
    return data


def shared(data: Dataset) -> list[Dataset]:
    """The functional groups of all frames: one item, or none."""
    return items(data, "SharedFunctionalGroupsSequence")[:1]


def differs_by_frame(data: Dataset, sequence: str) -> bool:
    """Whether the frames have an item each of the functional group `sequence`."""
    return any(items(group, sequence) for group in items(data, "PerFrameFunctionalGroupsSequence"))
