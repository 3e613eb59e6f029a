"""An exam, its images, and the four places of the standard views."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Place = Literal["RCC", "LCC", "RMLO", "LMLO"]
PLACES: tuple[Place, ...] = get_args(Place)
"""As they hang: the right breast's views at the left, craniocaudal above mediolateral oblique."""


@dataclass(frozen=True, slots=True)
class ExamImage:
    """One image of an exam, known from its header, its folder or its name; no pixel was read.

    patient: a key that groups the images of one woman; of DICOM a digest, never the identity itself; None where
    nothing says it. study: a key of the exam. date: YYYY-MM-DD. called: what names the exam, from a data set or a
    file's name; empty for DICOM. orientation: where the image's rows and columns point (PS3.3 C.7.6.1.1.1), such as
    ("P", "L"); None where the file does not say. odd: what makes it a second choice in its place, such as "spot
    compression" or "for processing".
    """

    path: Path
    laterality: str | None = None
    view: str | None = None
    patient: str | None = None
    study: str | None = None
    date: str | None = None
    called: str = ""
    orientation: tuple[str, str] | None = None
    odd: tuple[str, ...] = ()

    @property
    def place(self) -> Place | None:
        """Where the image hangs; None for other views and for unknown ones."""
        return next((each for each in PLACES if each == f"{self.laterality}{self.view}"), None)

    @property
    def label(self) -> str:
        """View and side as they are written on a picture, such as "R MLO spot compression"."""
        seen = " ".join(each for each in (self.laterality, self.view) if each) or "view unknown"
        return " ".join((seen, *self.odd))

    @property
    def name(self) -> str:
        """The label, which may be that of several images where it names no place: then with the file's name."""
        return self.label if self.place else f"{self.label} · {self.path.name}"


@dataclass(frozen=True, slots=True)
class Exam:
    """The images of one exam, in the order of their paths."""

    images: tuple[ExamImage, ...]

    @property
    def patient(self) -> str | None:
        return self.images[0].patient

    @property
    def date(self) -> str | None:
        """YYYY-MM-DD, None where no image says it."""
        return min((each.date for each in self.images if each.date), default=None)

    @property
    def called(self) -> str:
        """A name that is no identity: of the data set's woman, or what the files' names begin with; may be empty."""
        return self.images[0].called

    @property
    def title(self) -> str:
        """For the person who opened the files: date, name or folder, and the views."""
        name = self.called or self.images[0].path.absolute().parent.name
        views = [place for place in PLACES if self.at(place)]
        others = sum(each.place is None for each in self.images)
        seen = " ".join([*views, *([f"+ {others} other"] if others else [])])
        return " · ".join(each for each in dict.fromkeys((self.date, name, seen)) if each)

    @property
    def missing(self) -> tuple[Place, ...]:
        """The standard views that no image shows."""
        return tuple(each for each in PLACES if not self.at(each))

    def at(self, place: Place) -> tuple[ExamImage, ...]:
        """The images of one place, the one to hang first: whole views For Presentation before all others."""
        return tuple(sorted((each for each in self.images if each.place == place), key=lambda each: len(each.odd)))

    def choices(self, place: Place) -> tuple[ExamImage, ...]:
        """What can hang in a place: its own images, then those of its breast, or of an unknown one, without a place."""
        others = [each for each in self.images if each.place is None and each.laterality in (place[0], None)]
        return (*self.at(place), *others)

    def hung(self) -> dict[Place, ExamImage]:
        """The image that hangs in each place; where no image has a place, the first ones in the places' order."""
        placed = {place: self.at(place)[0] for place in PLACES if self.at(place)}
        return placed or dict(zip(PLACES, self.images, strict=False))


def prior_of(exam: Exam, exams: Sequence[Exam]) -> Exam | None:
    """The last exam of the same woman before `exam`; None where there is none, or where nothing says who it is."""
    if exam.patient is None or exam.date is None:
        return None
    earlier = [each for each in exams if each.patient == exam.patient and each.date and each.date < exam.date]
    return max(earlier, key=lambda each: each.date or "", default=None)


def titles(exams: Sequence[Exam]) -> list[str]:
    """Of the exams of one list; where there are several women, one with more than one exam, with a number for each."""
    known = [each.patient for each in exams if each.patient is not None]
    women = {patient: number for number, patient in enumerate(dict.fromkeys(known), start=1)}
    if len(women) in (1, len(known)):
        return [each.title for each in exams]
    return [each.title if each.patient is None else f"{each.title} · woman {women[each.patient]}" for each in exams]
