"""What a folder of synthetic images holds: a table of their lesions, and a contact sheet."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from napari_mammoseg.errors import InputError
from napari_mammoseg.files import atomic
from napari_mammoseg.readers import read
from napari_mammoseg.readers.truth.of_synthetic import SCHEMA, patient_of
from napari_mammoseg.synthesis.looks import SIDE, crop_of

MANIFEST, SHEET = "synthetic.csv", "synthetic.sheet.png"
COLUMNS = (
    *("image", "kind", "label", "row0", "column0", "row1", "column1"),
    *("mask", "patient", "size_mm", "seed", "model", "source", "source_sha256"),
)
"""The first nine are those of a truth table, as `evaluate --truth` and trainings read it."""
ACROSS, MOST = 8, 64
"""Crops in a row of the sheet, and on the sheet."""


def write_manifest(folder: Path) -> Path:
    """One row per lesion below `folder`, by image: the synthetic one, then those known before."""
    with atomic(folder / MANIFEST) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        for place, record in records_below(folder):
            table.writerows([_row(place, record), *_known(place, record)])
    return folder / MANIFEST


def records_below(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """The records of synthetic images below `folder`, with the folder of each as seen from there."""
    for path in sorted(folder.rglob("*.synthetic-*.json")):
        try:
            record = json.loads(path.read_text("utf-8"))
            if record["schema"] == SCHEMA and (path.parent / record["image"]).is_file():
                yield path.parent.relative_to(folder).as_posix(), record
        except (OSError, ValueError, LookupError, TypeError):  # another program's file
            continue


def made_below(folder: Path) -> set[Path]:
    """The synthetic images below `folder`, their paths without links."""
    return {(folder / place / record["image"]).resolve() for place, record in records_below(folder)}


def _row(place: str, record: dict[str, Any]) -> dict[str, Any]:
    kind = "cluster" if record["kind"] == "calcifications" else "mass"
    files = {name: (Path(place) / record[name]).as_posix() for name in ("image", "mask")}
    made = {"size_mm": record["size_mm"], "seed": record["seed"], "model": (record["model"] or {}).get("name", "")}
    source = {"source": record["source"]["name"], "source_sha256": record["source"]["sha256"]}
    source["patient"] = patient_of(record)
    return {**files, "kind": kind, "label": record["label"], **_box(record), **made, **source}


def _known(place: str, record: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The lesions that the source was known to have: without them a truth table would call them false alarms."""
    image = (Path(place) / record["image"]).as_posix()
    for each in record.get("known", ()):
        yield {"image": image, "kind": each["kind"], "label": each["label"], **_box(each)}


def _box(told: dict[str, Any]) -> dict[str, Any]:
    return dict(zip(("row0", "column0", "row1", "column1"), told["box"] or (), strict=False))


def write_sheet(folder: Path) -> Path:
    """The first synthetic lesions below `folder`, each at its own scale; black where its image cannot be read."""
    found = [each for each, _ in zip(records_below(folder), range(MOST), strict=False)]
    crops = [_crop(folder / place / record["image"], record) for place, record in found]
    with atomic(folder / SHEET) as temporary:
        Image.fromarray(tiled(crops)).save(temporary, format="PNG")
    return folder / SHEET


def _crop(path: Path, record: dict[str, Any]) -> NDArray[np.float32]:
    try:
        return crop_of(read(path).pixels, record["box"])
    except InputError:
        return np.zeros((SIDE, SIDE), np.float32)


def tiled(crops: Sequence[np.ndarray]) -> np.ndarray:
    """Crops in rows, as bytes; black where none is left."""
    rows = -(-max(len(crops), 1) // ACROSS)
    sheet = np.zeros((rows, ACROSS, SIDE, SIDE), np.uint8)
    for place, crop in enumerate(crops):
        sheet[divmod(place, ACROSS)] = np.round(255 * crop)
    return sheet.transpose(0, 2, 1, 3).reshape(rows * SIDE, ACROSS * SIDE)
