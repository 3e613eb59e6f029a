"""The truth of many images from one list: a table (CSV), or the list of mini-MIAS."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from itertools import chain, zip_longest
from pathlib import Path
from typing import Any

import numpy as np

from napari_mammoseg.errors import InputError
from napari_mammoseg.files import reason
from napari_mammoseg.kinds import LESION_KINDS
from napari_mammoseg.mammogram import Lesion
from napari_mammoseg.readers import mias
from napari_mammoseg.readers.truth.of_image import Truth, read_mask

FORM = "one row per lesion: image, patient, kind, label and row0, column0, row1, column1 or row, column, radius or mask"


@dataclass(frozen=True, slots=True)
class Table:
    """Lesions by image, from a CSV file. A lesion's attribute "mask" is the path of its mask, seen from `folder`."""

    images: Mapping[str, Truth]
    folder: Path
    _asked: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    @property
    def never_asked(self) -> list[str]:
        """The images that it lists and was not asked about so far, which therefore no score counts."""
        return [each for each in self.images if each not in self._asked]

    @classmethod
    def read(cls, path: Path) -> Table:
        """Raises InputError for a table of another form."""
        images: dict[str, Truth] = {}
        for where, row in _rows(path):
            known = images.get(row["image"], Truth(()))
            lesion, patient = _lesion(row, where), row.get("patient") or known.patient
            if known.patient not in (None, patient):
                raise InputError(
                    where, f"gives {row['image']} to another patient than before", "give it to one of them"
                )
            images[row["image"]] = replace(
                known,
                lesions=(*known.lesions, *([] if lesion is None else [lesion])),
                patient=patient,
            )
        return cls(images, path.parent)

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth | None:
        """Raises InputError where a mask is not there or not of `shape`, or a place is outside of it."""
        known = self._listed(name, folder)
        if known is None:
            return None
        return replace(known, lesions=tuple(self._outlined(each, name, shape) for each in known.lesions))

    def _outlined(self, lesion: Lesion, name: str, shape: tuple[int, int]) -> Lesion:
        mask = lesion.attributes.get("mask")
        if mask is None:
            _check_inside(lesion, name, shape)
            return lesion
        return replace(lesion, mask=read_mask(self.folder / mask, shape) > 0, box=None, circle=None, point=None)

    def _listed(self, name: str, folder: Path | None) -> Truth | None:
        path = Path(name) if folder is None else folder.resolve() / name
        ends = (Path(*path.parts[start:]) for start in range(len(path.parts)))
        for end in ends:
            names = dict.fromkeys((end.as_posix(), end.with_suffix("").as_posix()))
            if known := [each for each in names if each in self.images]:
                self._asked.update(known)
                return reduce(_together, (self.images[each] for each in known))
        return None


def _together(one: Truth, other: Truth) -> Truth:
    """What the rows of an image say that name it now with its suffix and now without."""
    return Truth((*one.lesions, *other.lesions), one.patient or other.patient)


def _rows(path: Path) -> list[tuple[str, dict[str, str]]]:
    """Each row that is not empty, by lower-case column names, and the words for where it stands."""
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError(path, "is not a table that can be read", f"give CSV in UTF-8: {FORM}") from None
    kept = [(number, line) for number, line in enumerate(lines, start=1) if line.strip() and not line.startswith("#")]
    delimiter = _delimiter(path, kept[0][1] if kept else "")
    try:
        read = list(csv.reader((line for _, line in kept), delimiter=delimiter, skipinitialspace=True))
    except csv.Error as error:
        raise InputError(path, f"is not a table that can be read ({error})", f"give CSV in UTF-8: {FORM}") from None
    columns = [each.strip().lower() for each in read[0]] if read else []
    if "image" not in columns:
        raise InputError(path, "has no column called image", f"give {FORM}")
    placed = [(f"{path.name}, line {number}", row) for (number, _), row in zip(kept[1:], read[1:], strict=False)]
    return [(where, _named(columns, row, where, delimiter)) for where, row in placed if any(map(str.strip, row))]


def _named(columns: Sequence[str], texts: Sequence[str], where: str, delimiter: str) -> dict[str, str]:
    """The values of a row by the names of their columns."""
    if any(each.strip() for each in texts[len(columns) :]):
        raise InputError(where, "has more values than the table has columns", "quote values that hold a comma")
    row = {name: text.strip() for name, text in zip_longest(columns, texts[: len(columns)], fillvalue="")}
    if not row["image"]:
        raise InputError(where, "names no image", "write the image's name in every row")
    if delimiter == ";":
        row |= {name: row[name].replace(",", ".") for name in _NUMBERS if name in row}
    return row


def _delimiter(path: Path, head: str) -> str:
    """Tabs by the file's name; semicolons, with commas in numbers, where a spreadsheet of such a language wrote it."""
    if path.suffix.lower() == ".tsv":
        return "\t"
    return ";" if head.count(";") > head.count(",") else ","


def _lesion(row: Mapping[str, str], where: str) -> Lesion | None:
    kind, label = row.get("kind", "").lower(), row.get("label", "").lower() or None
    if not kind:
        if label not in (None, "normal") or any(row.get(each) for each in (*_NUMBERS, "mask")):
            raise InputError(where, "has a lesion of no kind", f"write one of {', '.join(LESION_KINDS)} as its kind")
        return None
    if kind not in LESION_KINDS:
        raise InputError(where, f"has the kind '{kind}'", f"write one of {', '.join(LESION_KINDS)}")
    if label not in (None, "benign", "malignant", "normal"):
        raise InputError(where, f"has the label '{label}'", "write benign, malignant or nothing")
    attributes = {"mask": row["mask"]} if row.get("mask") and kind != "cluster" else {}
    return Lesion(kind, label, **_place(row, where), attributes=attributes)  # type: ignore[arg-type]


def _place(row: Mapping[str, str], where: str) -> dict[str, Any]:
    for name, columns in _PLACES.items():
        texts = [row.get(each, "") for each in columns]
        if all(texts):
            return {name: _possible(name, _numbers(texts, where), where)}
        if any(texts) and name != "circle":
            raise InputError(where, f"lacks some of {', '.join(columns)}", "give all of them or none")
    if row.get("radius"):
        raise InputError(where, "has a radius without row and column", "give all of them or none")
    return {}


_PLACES = {
    "box": ("row0", "column0", "row1", "column1"),
    "circle": ("row", "column", "radius"),
    "point": ("row", "column"),
}
_NUMBERS = frozenset(chain(*_PLACES.values()))


def _numbers(texts: list[str], where: str) -> tuple[float, ...]:
    try:
        numbers = tuple(float(each) for each in texts)
    except ValueError:
        raise InputError(where, f"has '{', '.join(texts)}' for a place", "write numbers") from None
    if not np.isfinite(numbers).all():
        raise InputError(where, f"has '{', '.join(texts)}' for a place", "write finite numbers")
    return numbers


def _possible(name: str, place: tuple[float, ...], where: str) -> tuple[float, ...]:
    if name == "box" and not (place[0] < place[2] and place[1] < place[3]):
        raise InputError(
            where, f"has a box of no extent ({_text(place)})", "give row0 below row1, column0 below column1"
        )
    if name == "circle" and place[2] < 0:
        raise InputError(
            where, f"has a circle of radius {place[2]:g}", "give its half width, or leave it empty for a point"
        )
    return place


def _check_inside(lesion: Lesion, name: str, shape: tuple[int, int]) -> None:
    """Raises InputError for a place outside the image: it is of another one, or of another size of it."""
    row0, column0, row1, column1 = _extent(lesion)
    if row1 < 0 or column1 < 0 or row0 >= shape[0] or column0 >= shape[1]:
        place = _text(lesion.box or lesion.circle or lesion.point or ())
        problem = f"has a {lesion.kind} at {place} in the truth, outside its {shape[0]} x {shape[1]} pixels"
        raise InputError(name, problem, "give rows and columns of the image as stored")


def _extent(lesion: Lesion) -> tuple[float, ...]:
    if lesion.box is not None:
        return lesion.box
    row, column, radius = lesion.circle or (*(lesion.point or (0, 0)), 0)
    return row - radius, column - radius, row + radius, column + radius


def _text(place: tuple[float, ...]) -> str:
    return ", ".join(f"{each:g}" for each in place)


@dataclass(frozen=True, slots=True)
class MiasList:
    """`Info.txt` of mini-MIAS. Two films of one woman are one patient."""

    films: Mapping[str, Truth] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> MiasList:
        """Raises InputError for a text that lists no film."""
        films: dict[str, Truth] = {}
        try:
            rows = list(mias.rows(path.read_text("latin-1")))
        except OSError as error:
            raise InputError(path, f"cannot be read ({reason(error)})", "check its permissions") from None
        for film, lesion, _ in rows:
            known = films.get(film, Truth((), mias.patient(Path(film))))
            films[film] = replace(known, lesions=known.lesions if lesion is None else (*known.lesions, lesion))
        if not films:
            raise InputError(path, "lists no MIAS film", "give a CSV, a mask, a truth document or a folder of them")
        return cls(films)

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth | None:
        return self.films.get(Path(name).stem.lower())
