"""Files grouped into exams: of one woman, and of one study or one date."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from napari_mammoseg.errors import InputError
from napari_mammoseg.exams.exam import Exam, ExamImage
from napari_mammoseg.exams.identity import identify
from napari_mammoseg.readers.listing import images_below


def exams_below(folder: Path, refuse: Callable[[InputError], None]) -> list[Exam]:
    """The exams whose images lie below `folder`: the latest first, then those without a date by their names.

    What is no image is handed to `refuse`, each with its reason. Raises InputError where there is no image at all.
    """
    exams = exams_of(images_below(folder, refuse), refuse)
    if not exams:
        raise InputError(folder, "holds no image", "give a folder with mammograms, or the files themselves")
    return exams


def exams_of(paths: Iterable[Path], refuse: Callable[[InputError], None] = lambda error: None) -> list[Exam]:
    """The exams of the images at `paths`, in the order of `exams_below`."""
    images: list[ExamImage] = []
    for path in paths:
        try:
            images.append(identify(path))
        except InputError as error:
            refuse(error)
        except Exception:  # noqa: BLE001  any fault of one file is that file's alone
            refuse(InputError(path, "does not say which exam it is of", "copy or export it again"))
    return grouped(images)


def grouped(images: Iterable[ExamImage]) -> list[Exam]:
    """The exams of these images: those of one patient and one study, or, where no study is said, of one date."""
    groups: dict[tuple[str | None, str | None], list[ExamImage]] = {}
    for each in images:
        groups.setdefault((each.patient, each.study or each.date), []).append(each)
    exams = [Exam(tuple(sorted(each, key=lambda image: image.path))) for each in groups.values()]
    return sorted(sorted(exams, key=_by_name), key=lambda exam: exam.date or "", reverse=True)


def _by_name(exam: Exam) -> list[tuple[int, str]]:
    """Numbers in names are counted: exam 2 comes before exam 10."""
    parts = re.split(r"(\d+)", f"{exam.called}/{exam.images[0].path}")
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
