"""INbreast as 8-bit pictures with another group's boxes (folder `inbreast/` and its two lists).

The boxes are generous and incomplete for calcifications: single ones are not boxed. That an image has none is
reliable. `properties["calcifications"]` and `["mass"]` say what the image has, boxed or not.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Literal

from napari_mammoseg.data_sets.sample import Sample, table
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.readers import raster

Kind = Literal["mass", "calcification", "cluster", "other"]
_KINDS: dict[str, Kind] = {"m": "mass", "cl": "cluster", "c": "calcification", "hc": "calcification"}
_LABELS: dict[str, Literal["benign", "malignant"]] = {"b": "benign", "m": "malignant"}


Row = dict[str, str]


def films(folder: Path) -> list[Sample]:
    """187 images; `attributes["kind"]` of a lesion keeps the box's own words."""
    return [_sample(folder, row, boxes) for row, boxes in _rows(folder)]


def free_films(folder: Path) -> list[Sample]:
    """Those that are said to be free of calcifications and have none boxed."""
    return [_sample(folder, row, boxes) for row, boxes in _rows(folder) if _is_free(row, boxes)]


def massless_films(folder: Path) -> list[Sample]:
    """Those that are said to have no mass."""
    return [_sample(folder, row, boxes) for row, boxes in _rows(folder) if row["mass"] == "0"]


def _rows(folder: Path) -> list[tuple[Row, list[Row]]]:
    """Every image's row and those of its boxes."""
    boxes = defaultdict(list)
    for row in table(folder / "inbreast.boxes.csv"):
        boxes[row["image"]].append(row)
    return [(row, boxes[row["image"]]) for row in table(folder / "inbreast.images.csv")]


def _is_free(row: Row, boxes: list[Row]) -> bool:
    kinds = {lesion.kind for each in boxes for lesion in _lesions(each)}
    return row["calcifications"] == "0" and not kinds & {"calcification", "cluster"}


def _sample(folder: Path, row: Row, boxes: list[Row]) -> Sample:
    return Sample(row["image"], f"inbreast-{row['patient']}", partial(_film, folder, row, boxes))


def _film(folder: Path, row: Row, boxes: list[Row]) -> Mammogram:
    image = raster.read(folder / "inbreast" / f"{row['image']}.jpg")
    boxed = tuple(each for box in boxes for each in _lesions(box))
    has = {"mass": row["mass"] == "1", "calcifications": row["calcifications"] == "1"}
    image = replace(
        image,
        format="INbreast picture",
        view=row["view"],
        laterality=row["laterality"],
        truth=(*boxed, *_unplaced(boxed, has)),
        patient=f"inbreast-{row['patient']}",
        properties={"birads": row["birads"], "density": row["density"], **has},
    )
    return image.with_spacing(float(row["spacing_mm"]), "INbreast")


def _lesions(row: Row) -> list[Lesion]:
    """One lesion for each thing in the box: "m m cl" is a malignant mass with a cluster, "Unnamed" something."""
    sort, *things = row["kind"].split()
    low, left, high, right = (float(row[each]) for each in ("row0", "col0", "row1", "col1"))
    box = (low, left, high, right)
    kinds: list[Kind] = [_KINDS.get(each, "other") for each in things] or ["other"]
    return [Lesion(kind, _LABELS.get(sort), box=box, attributes={"kind": row["kind"]}) for kind in kinds]


def _unplaced(boxed: tuple[Lesion, ...], has: dict[str, bool]) -> list[Lesion]:
    """What the image is said to have and no box shows: there, its place unknown."""
    kinds = {each.kind for each in boxed}
    missing = [Lesion("mass")] if has["mass"] and "mass" not in kinds else []
    if has["calcifications"] and not kinds & {"calcification", "cluster"}:
        missing.append(Lesion("calcification"))
    return missing
