"""CBIS-DDSM mass films as 800 x 800 pictures with boxes (folder `cbis_mass_films/` and its two lists).

The pictures were stretched to squares; here they get their shape back from the film's own rows and columns. The
digitisers' pitch is 0.042 to 0.050 mm and not in the files: 0.046 mm is taken.
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
from napari_mammoseg.tissue.resample import resample

PITCH_MM = 0.046
SIDE = 800
_SIDES = {"LEFT": "L", "RIGHT": "R"}
_ATTRIBUTES = ("abnormality", "pathology", "assessment", "subtlety", "shape", "margins", "label")


def films(folder: Path) -> list[Sample]:
    """1,231 films; every one has a mass. Boxes whose pathology is only assumed have no label."""
    boxes = defaultdict(list)
    for row in table(folder / "cbis_mass_films.boxes.csv"):
        boxes[row["image"]].append(row)
    return [
        Sample(row["image"], f"cbis-{row['patient']}", partial(_film, folder, row, boxes[row["image"]]))
        for row in table(folder / "cbis_mass_films.films.csv")
    ]


def _film(folder: Path, film: dict[str, str], boxes: list[dict[str, str]]) -> Mammogram:
    image = raster.read(folder / "cbis_mass_films" / film["image"])
    rows, columns = int(film["native_rows"]), int(film["native_columns"])
    finest = min(rows, columns) / SIDE
    shape = round(rows / finest), round(columns / finest)
    scale = shape[0] / SIDE, shape[1] / SIDE
    _, side, view = Path(film["image"]).stem.split("_")
    return replace(
        image,
        pixels=resample(image.pixels, shape),
        format="CBIS-DDSM picture",
        spacing=(PITCH_MM * finest, PITCH_MM * finest),
        spacing_source=f"CBIS-DDSM, {PITCH_MM} mm taken for the digitiser",
        view=view,
        laterality=_SIDES[side],
        truth=tuple(_lesion(each, scale) for each in boxes),
        patient=f"cbis-{film['patient']}",
        properties={"density": boxes[0]["density"], "columns_sure": film["columns_sure"] == "1"},
    )


def _lesion(row: dict[str, str], scale: tuple[float, float]) -> Lesion:
    x, y, width, height = (float(row[each]) for each in ("x", "y", "width", "height"))
    box = y * scale[0], x * scale[1], (y + height) * scale[0], (x + width) * scale[1]
    return Lesion("mass", _label(row), box=box, attributes={each: row[each] for each in _ATTRIBUTES})


def _label(row: dict[str, str]) -> Literal["benign", "malignant"] | None:
    if row["label"] == "order assumed":
        return None
    return "malignant" if row["pathology"] == "MALIGNANT" else "benign"
