"""The squares of a training of synthesis in one file: made once where the data sets are, read where they are not."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from napari_mammoseg.training.lesions.squares import Square, healthy, lesions
from napari_mammoseg.training.packed import file

QUALITY, MASK_QUALITY = 75, 50


def squares(data: Path, packed: str) -> list[Square]:
    """All squares: made from the data sets in `data`, or read from the file `packed`, made if it is not there."""
    if packed and Path(packed).is_file():
        return [_square(record, pictures) for record, pictures in zip(*file.unpack(Path(packed)), strict=True)]
    found = list(lesions(data))
    sizes = defaultdict(list)
    for each in found:
        sizes[each.group].append(each.size_mm)
    found += healthy(data, sizes)
    if not packed:
        return found
    file.pack(Path(packed), [_record(each) for each in found], [_pictures(each) for each in found])
    return squares(data, packed)  # as later trainings see them


def _record(square: Square) -> file.Record:
    named = {"group": square.group, "name": square.name, "patient": square.patient}
    return named | {"size_mm": round(square.size_mm, 2), "label": square.label}


def _pictures(square: Square) -> dict[str, tuple[file.Picture, int]]:
    pictures = {"pixels": (square.pixels, QUALITY)}
    return pictures if square.mask is None else {**pictures, "mask": (square.mask, MASK_QUALITY)}


def _square(record: dict[str, object], pictures: dict[str, file.Picture]) -> Square:
    return Square(pixels=pictures["pixels"], mask=pictures.get("mask"), **record)  # type: ignore[arg-type]
