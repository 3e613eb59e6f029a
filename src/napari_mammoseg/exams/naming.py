"""What the name of a picture says: side and view, and whose exam it may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

_SIDES = {"l": "L", "left": "L", "r": "R", "right": "R"}
_VIEW = "cc|mlo|ml|lmo|lm|xccl|xccm"
_VIEWS = tuple(_VIEW.split("|"))
_JOINED = re.compile(rf"(left|right|l|r)({_VIEW})\d*")
_DATE = re.compile(r"(?<!\d)((?:19|20)\d\d)([-_.]?)(0[1-9]|1[0-2])\2(0[1-9]|[12]\d|3[01])(?!\d)")
_ENDINGS = (".dcm", ".dicom", ".dic", ".ima", ".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".pgm")


@dataclass(frozen=True, slots=True)
class Name:
    """Side and view, what stands before them, and the date, as far as the name says them."""

    laterality: str
    view: str
    before: str
    date: str | None


def said_by(path: Path) -> Name | None:
    """What the file's name says; None where it does not say both side and view.

    Side and view are words of their own ("phantom-25-R-MLO.png", "P1_L_CM_CC.jpg", "A.LEFT_CC") or one ("LCC.jpg").
    What
    stands before them is taken to name the exam, what follows to number its images.
    """
    stem = path.name[: -len(path.suffix)] if path.suffix.lower() in _ENDINGS else path.name
    words = list(re.finditer(r"[A-Za-z0-9]+", stem))
    found = _joined(words) or _apart(words)
    if found is None:
        return None
    side, view, first = found
    before, date = without_date(stem[:first])
    return Name(side, view.upper(), before, date)


def without_date(text: str) -> tuple[str, str | None]:
    """The text without the date in it, and the date as YYYY-MM-DD."""
    found = _DATE.search(text)
    date = None if found is None else f"{found[1]}-{found[3]}-{found[4]}"
    return re.sub(r"[\s_.-]+$", "", _DATE.sub("", text, count=1)), date


def _joined(words: list[re.Match[str]]) -> tuple[str, str, int] | None:
    for word in words:
        found = _JOINED.fullmatch(word[0].lower())
        if found is not None:
            return _SIDES[found[1]], found[2], word.start()
    return None


def _apart(words: list[re.Match[str]]) -> tuple[str, str, int] | None:
    """A view and a side that stand in words of their own, at most one word apart."""
    near = [*pairwise(words), *zip(words, words[2:], strict=False)]
    for pair in near:
        first, second = (each[0].lower() for each in pair)
        for side, view in ((first, second), (second, first)):
            if side in _SIDES and view in _VIEWS:
                return _SIDES[side], view, pair[0].start()
    return None
