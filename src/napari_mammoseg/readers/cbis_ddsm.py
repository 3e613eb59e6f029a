"""CBIS-DDSM as TCIA ships it: `CASE/…/….dcm` is a film, `CASE_1/…/….dcm` are the mask and the crop of its lesion 1.

CASE is the PatientID of the files and a folder's name ("Mass-Training_P_00001_LEFT_CC"). Labels come from the case
descriptions (CSV) beside the CASE folders or up to two folders above. Masks and crops are recognised by their pixels:
names, descriptions and CSV paths have some of them swapped. The files have no spacing, and none is guessed.
Lee et al 2017, Sci Data 4:170177.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.readers.companions import entries, is_file
from napari_mammoseg.readers.naming import named

_CASE = re.compile(r"(Mass|Calc)-(Training|Test)_(P_\d{5})_(LEFT|RIGHT)_(CC|MLO)(?:_(\d+))?(?!\w)")
_KINDS: dict[str, Literal["mass", "cluster"]] = {"Mass": "mass", "Calc": "cluster"}
_PARTS = {"Training": "train", "Test": "test"}
_FACTS = ("mass shape", "mass margins", "calc type", "calc distribution", "assessment", "pathology", "subtlety")
_ABOVE = 3  # folders from the CASE folder upwards that may hold the case descriptions


@dataclass(frozen=True, slots=True)
class CbisCase:
    """What a case's name says; `lesion` is None for the film itself."""

    name: str
    kind: Literal["Mass", "Calc"]
    part: str
    patient: str
    side: str
    view: str
    lesion: int | None

    @classmethod
    def of(cls, text: str) -> CbisCase | None:
        """The first case named in `text`, or None."""
        found = _CASE.search(text)
        if not found:
            return None
        kind, part, patient, side, view, lesion = found.groups()
        return cls(found[0], kind, part, patient, side, view, int(lesion) if lesion else None)  # type: ignore[arg-type]


def accepts(path: Path, head: bytes) -> bool:
    return head[128:132] == b"DICM" and CbisCase.of(head.decode("latin-1")) is not None


def read(path: Path) -> Mammogram:
    """The film with the masks and labels of its lesions, or the crop of one lesion with its label.

    Raises InputError for a mask: it does not show a breast.
    """
    from napari_mammoseg.readers import dicom

    with path.open("rb") as file:
        case = CbisCase.of(file.read(4096).decode("latin-1"))
    if case is None:
        raise InputError(path, "is not a file of CBIS-DDSM", "give one whose PatientID names its case")
    image = dicom.read(path)
    if case.lesion is not None and _is_mask(image.pixels):
        raise InputError(
            path, "is the mask of a lesion, not a mammogram", "give the film, its masks are found by themselves"
        )
    image = replace(named(image, case.view, case.side[0]), format="CBIS-DDSM", patient=f"cbis-{case.patient}")
    return _with_truth(image, path, case)


def of_a_film(folder: str, beside: Iterable[str]) -> bool:
    """Whether a folder of that name holds the mask and crop of a lesion whose film is in a folder `beside` it."""
    case = CbisCase.of(folder)
    return case is not None and case.lesion is not None and case.name.rpartition("_")[0] in beside


def descriptions(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a case description; keys have blanks for underscores, values no line ends."""
    with path.open(newline="", encoding="utf-8-sig", errors="replace") as file:
        for row in csv.DictReader(file):
            yield {key.strip().replace("_", " "): (value or "").strip() for key, value in row.items() if key}


def _with_truth(image: Mammogram, path: Path, case: CbisCase) -> Mammogram:
    root = _root(path, case)
    try:
        rows = [row for each in _lists(root, case) for row in descriptions(each) if _is_of(row, case)]
        why = "no case description (CSV) of the film was found"
    except (OSError, csv.Error) as error:
        rows, why = [], f"the case description (CSV) cannot be read ({error})"
    if not rows:
        return replace(image, properties={**image.properties, "truth": f"unknown: {why}"})
    lesions, notes = [], list(image.notes)
    for number in sorted({row["abnormality id"] for row in rows}, key=str):
        row = next(each for each in rows if each["abnormality id"] == number)
        mask = None
        if case.lesion is None:
            mask, found = _mask(root / f"{case.name}_{number}", image.pixels.shape, number)
            notes += found
        lesions.append(_lesion(case, row, mask))
    density = {"density": rows[0].get("breast density", "")}
    return replace(image, truth=tuple(lesions), notes=tuple(notes), properties={**image.properties, **density})


def _lesion(case: CbisCase, row: dict[str, str], mask: NDArray[np.bool_] | None) -> Lesion:
    label = "malignant" if row["pathology"].upper() == "MALIGNANT" else "benign"
    facts = {key: row[key] for key in _FACTS if row.get(key)}
    return Lesion(_KINDS[case.kind], label, mask=mask, attributes={"id": row["abnormality id"], **facts})  # type: ignore[arg-type]


def _root(path: Path, case: CbisCase) -> Path:
    """The folder that holds the CASE folders."""
    folder = next((each for each in path.absolute().parents if each.name == case.name), None)
    return path.absolute().parent if folder is None else folder.parent


def _lists(root: Path, case: CbisCase) -> list[Path]:
    wanted = re.compile(rf"{case.kind}.*{_PARTS[case.part]}.*\.csv", re.IGNORECASE)
    for folder in (root, *list(root.parents)[: _ABOVE - 1]):
        found = [each for each in entries(folder) if wanted.fullmatch(each.name) and is_file(each)]
        if found:
            return found
    return []


def _is_of(row: dict[str, str], case: CbisCase) -> bool:
    return (
        row.get("patient id") == case.patient
        and row.get("left or right breast") == case.side
        and row.get("image view") == case.view
        and bool(row.get("abnormality id") and row.get("pathology"))
        and case.lesion in (None, _number(row["abnormality id"]))
    )


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _mask(folder: Path, shape: tuple[int, ...], lesion: str) -> tuple[NDArray[np.bool_] | None, list[str]]:
    """The union of all masks of a lesion below its folder, of `shape`, and notes on what was odd."""
    from napari_mammoseg.readers import dicom

    whole = np.zeros(shape, np.bool_)
    notes = []
    for path in sorted(each for each in folder.rglob("*") if each.suffix.lower() == ".dcm"):
        try:
            values = dicom.read(path).pixels
        except InputError as error:
            notes.append(f"a file of lesion {lesion} was left out: {error}")
            continue
        if not _is_mask(values):
            continue
        inside = values > 0
        if inside.shape != shape:
            notes.append(f"the mask of lesion {lesion} is {inside.shape[0]} x {inside.shape[1]}: it was resized")
            inside = np.asarray(Image.fromarray(inside).resize((shape[1], shape[0]), Image.Resampling.NEAREST))
        whole |= inside
    return (whole, notes) if whole.any() else (None, [*notes, f"no mask of lesion {lesion} was found"])


def _is_mask(values: NDArray[Any]) -> bool:
    """Whether there are two values and nothing between, which no film or crop has."""
    return bool(((values == 0) | (values == values.max())).all() and values.max() > 0)
