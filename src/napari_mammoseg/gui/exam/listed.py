"""The exams that the dock of a viewer listed, for the next dock of that viewer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from napari_mammoseg.exams import Exam
from napari_mammoseg.exams.grouping import grouped
from napari_mammoseg.gui.exam.exam_layers import hung_in, image_at

if TYPE_CHECKING:
    from napari.components import ViewerModel

_LISTED: WeakKeyDictionary[ViewerModel, tuple[Sequence[Exam], int]] = WeakKeyDictionary()


def keep_listed(viewer: ViewerModel, exams: Sequence[Exam], left_out: int) -> None:
    """Keeps what is listed. left_out: how many files of the folder are no images."""
    _LISTED[viewer] = (exams, left_out)


def listed_with(viewer: ViewerModel) -> tuple[Sequence[Exam], int, int]:
    """What was listed, the number of the exam that hangs now, and how many files were left out.

    The exam that hangs alone where it was not listed; no exams where none hangs.
    """
    hung = {image_at(each) for each in hung_in(viewer.layers).values()}
    exams, left_out = _LISTED.get(viewer, ((), 0))
    number = next((number for number, each in enumerate(exams) if hung and hung <= set(each.images)), None)
    return (grouped(hung), 0, 0) if number is None else (exams, number, left_out)
