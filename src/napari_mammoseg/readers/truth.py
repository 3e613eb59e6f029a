"""The truth of many images from one place: a table, a folder of masks or truth documents, one file, or the MIAS list.

A table (CSV) has one row a lesion and these columns, in any order; `image` alone must be there:
`image` (file name, with or without its suffix, or with the folders it lies in: `1/x.png`), `patient`, `kind` (mass,
calcification, cluster, other; empty: the image is free of lesions), `label` (benign, malignant), and the place in the
image's pixels: `row0`, `column0`, `row1`, `column1` (half-open box), or `row`, `column`, `radius` (circle), or `row`,
`column` (point); none: somewhere in it.
Lines that begin with # are passed over.

A folder is asked for `NAME.truth.json`, `NAME.mask.png` (or `.tif`) and, where it is not the image's own, `NAME.png`.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.errors import InputError
from napari_mammoseg.kinds import LESION_KINDS, LesionKind
from napari_mammoseg.mammogram import Lesion
from napari_mammoseg.readers import masks, mias

SCHEMA = "mammoseg.truth/1"
FORM = "one row a lesion: image, patient, kind, label and row0, column0, row1, column1 or row, column, radius"


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known of one image. labels: uint16 (rows, columns); a lesion's label is its attribute "id"."""

    lesions: tuple[Lesion, ...]
    patient: str | None = None
    labels: NDArray[np.uint16] | None = None


class Truths(Protocol):
    """A place that holds the truth of images."""

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth | None:
        """The truth of the image called `name`, of `shape`, that lies in `folder`; None where this place has none."""
        ...


def open_truths(path: Path, kind: LesionKind) -> Truths:
    """The truth at `path`; `kind` is what the lesions of plain masks are. Raises InputError for what is none."""
    if path.is_dir():
        return Folder(path, kind)
    if not path.is_file():
        raise InputError(path, "does not exist", "check the path given with --truth")
    if path.suffix.lower() in (".csv", ".tsv"):
        return Table.read(path)
    if path.suffix.lower() == ".txt":
        return MiasList.read(path)
    return OneFile(path, kind)


@dataclass(frozen=True, slots=True)
class OneFile:
    """A mask or truth document of the one image that is asked about."""

    path: Path
    kind: LesionKind

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth | None:
        if self.path.suffix.lower() == ".json":
            return from_document(self.path, shape)
        return from_labels(read_mask(self.path, shape), self.kind)


@dataclass(frozen=True, slots=True)
class Folder:
    """Masks and truth documents by the names of their images, in a folder and (`below`) those below it."""

    path: Path
    kind: LesionKind
    below: bool = True

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth | None:
        stem = Path(name).stem
        document = self._find(f"{stem}.truth.json", folder)
        if document is not None:
            return from_document(document, shape)
        same = folder is not None and folder.resolve() == self.path.resolve()
        plain = () if same else (f"{stem}.png", f"{stem}.tif")
        for each in (f"{stem}.mask.png", f"{stem}.mask.tif", f"{stem}.mask.tiff", *plain):
            found = self._find(each, folder)
            if found is not None:
                return from_labels(read_mask(found, shape), self.kind)
        return None

    def _find(self, name: str, folder: Path | None) -> Path | None:
        """The file called `name`: beside the image, else the only one of that name below the folder."""
        if folder is not None and (folder / name).is_file() and folder.resolve().is_relative_to(self.path.resolve()):
            return folder / name
        if not self.below:
            return None
        found = [each for each in sorted(self.path.rglob(_literally(name))) if each.is_file()]
        if len(found) > 1:
            raise InputError(self.path, f"holds {len(found)} files called {name}", "give the folder of one of them")
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Beside:
    """Masks and truth documents that lie beside their images."""

    kind: LesionKind

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth | None:
        return None if folder is None else Folder(folder, self.kind, below=False).of(name, shape, folder)


def _literally(name: str) -> str:
    return "".join(f"[{each}]" if each in "*?[" else each for each in name)


@dataclass(frozen=True, slots=True)
class Table:
    """Lesions by image, from a CSV file."""

    images: Mapping[str, Truth]

    @classmethod
    def read(cls, path: Path) -> Table:
        """Raises InputError for a table of another form."""
        images: dict[str, Truth] = {}
        for number, row in _rows(path):
            known = images.get(row["image"], Truth(()))
            lesion = _lesion(row, f"{path.name}, line {number}")
            images[row["image"]] = replace(
                known,
                lesions=(*known.lesions, *([] if lesion is None else [lesion])),
                patient=row.get("patient") or known.patient,
            )
        return cls(images)

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth | None:
        path = Path(name) if folder is None else folder.resolve() / name
        ends = (Path(*path.parts[start:]) for start in range(len(path.parts)))
        names = (each.as_posix() for end in ends for each in (end, end.with_suffix("")))
        return next((self.images[each] for each in names if each in self.images), None)


def _rows(path: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise InputError(path, "is no table that can be read", f"give CSV in UTF-8: {FORM}") from None
    kept = [(number, line) for number, line in enumerate(lines, start=1) if line.strip() and not line.startswith("#")]
    delimiter = "\t" if path.suffix.lower() == ".tsv" else ","
    table = csv.DictReader((line for _, line in kept), delimiter=delimiter)
    if "image" not in (table.fieldnames or ()):
        raise InputError(path, "has no column called image", f"give {FORM}")
    rows = [{str(name): (value or "").strip() for name, value in row.items() if name} for row in table]
    return list(zip((number for number, _ in kept[1:]), rows, strict=False))


def _lesion(row: Mapping[str, str], where: str) -> Lesion | None:
    kind, label = row.get("kind", "").lower(), row.get("label", "").lower() or None
    if not kind:
        return None
    if kind not in LESION_KINDS:
        raise InputError(where, f"has the kind '{kind}'", f"write one of {', '.join(LESION_KINDS)}")
    if label not in (None, "benign", "malignant", "normal"):
        raise InputError(where, f"has the label '{label}'", "write benign, malignant or nothing")
    return Lesion(kind, label, **_place(row, where))  # type: ignore[arg-type]


def _place(row: Mapping[str, str], where: str) -> dict[str, Any]:
    for name, columns in _PLACES.items():
        texts = [row.get(each, "") for each in columns]
        if all(texts):
            return {name: _numbers(texts, where)}
        if any(texts) and not set(columns) <= {"row", "column", "radius"}:
            raise InputError(where, f"has not all of {', '.join(columns)}", "give all of them or none")
    return {}


_PLACES = {
    "box": ("row0", "column0", "row1", "column1"),
    "circle": ("row", "column", "radius"),
    "point": ("row", "column"),
}


def _numbers(texts: list[str], where: str) -> tuple[float, ...]:
    try:
        numbers = tuple(float(each) for each in texts)
    except ValueError:
        raise InputError(where, f"has '{', '.join(texts)}' for a place", "write numbers") from None
    if not np.isfinite(numbers).all():
        raise InputError(where, f"has '{', '.join(texts)}' for a place", "write finite numbers")
    return numbers


@dataclass(frozen=True, slots=True)
class MiasList:
    """`Info.txt` of mini-MIAS. Two films of one woman are one patient."""

    films: Mapping[str, Truth] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> MiasList:
        """Raises InputError for a text that lists no film."""
        films: dict[str, Truth] = {}
        for film, lesion, _ in mias.rows(path.read_text("latin-1")):
            known = films.get(film, Truth((), mias.patient(Path(film))))
            films[film] = replace(known, lesions=known.lesions if lesion is None else (*known.lesions, lesion))
        if not films:
            raise InputError(path, "lists no MIAS film", "give a CSV, a mask, a truth document or a folder of them")
        return cls(films)

    def of(self, name: str, shape: tuple[int, int], folder: Path | None = None) -> Truth | None:
        return self.films.get(Path(name).stem.lower())


def from_document(path: Path, shape: tuple[int, int]) -> Truth:
    """A `mammoseg.truth/1` document, with the pixels of `NAME.mask.png` beside it where it is there."""
    try:
        document = json.loads(path.read_text("utf-8"))
        lesions = tuple(_of_record(each) for each in document["lesions"])
        size = (document["image"]["rows"], document["image"]["columns"])
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(path, "is no truth document", f"give one of the form {SCHEMA}") from None
    if size != shape:
        raise InputError(path, f"is of {size[0]} x {size[1]} pixels, the image {shape[0]} x {shape[1]}", "give its own")
    mask = masks.beside(path.with_name(path.name.replace(".truth.json", ".png")))
    return Truth(lesions, document.get("patient"), None if mask is None else read_mask(mask, shape, numbered=True))


def _of_record(record: Mapping[str, Any]) -> Lesion:
    if record["kind"] not in LESION_KINDS:
        raise ValueError(record["kind"])
    box = tuple(float(each) for each in record["box"])
    return Lesion(record["kind"], record["label"], box=box, attributes={"id": str(record["id"])})  # type: ignore[arg-type]


def from_labels(labels: NDArray[np.uint16], kind: LesionKind) -> Truth:
    """Each label of a mask as a lesion of `kind`."""
    lesions = tuple(
        Lesion(kind, box=(rows.start, columns.start, rows.stop, columns.stop), attributes={"id": str(number)})
        for number, place in enumerate(ndimage.find_objects(labels), start=1)
        if place is not None
        for rows, columns in [place]
    )
    return Truth(lesions, None, labels)


def read_mask(path: Path, shape: tuple[int, int], numbered: bool = False) -> NDArray[np.uint16]:
    """The labels of a mask at the image's `shape`; one that is a whole number of times smaller is enlarged.

    numbered: the values are label numbers even where there is but one.
    """
    labels = masks.read_labels(path, numbered=numbered)
    factor = shape[0] // labels.shape[0] if labels.shape[0] else 0
    if factor < 1 or shape != (labels.shape[0] * factor, labels.shape[1] * factor):
        size = f"{labels.shape[0]} x {labels.shape[1]} pixels, the image {shape[0]} x {shape[1]}"
        raise InputError(path, f"has {size}", "give the mask of this image")
    return labels.repeat(factor, axis=0).repeat(factor, axis=1) if factor > 1 else labels
