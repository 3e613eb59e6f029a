"""The films of `masses.films` in one file: made once where the data sets are, read where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from napari_mammoseg.data_sets import samples
from napari_mammoseg.data_sets.table import trained_on
from napari_mammoseg.errors import InputError
from napari_mammoseg.tissue.resample import resample, shape_at
from napari_mammoseg.training.masses.films import MassFilm, film_of
from napari_mammoseg.training.packed import file

QUALITY = 90
"""Quality of the WebP pictures. At 65 fine texture is lost: a detector trained on unpacked films finds fewer masses."""
STEP = 8
"""Every eighth row and column of the breast's mask is kept, which is all that is needed."""
MARGIN = 16
"""Pixels around the breast, as the pipeline shows them to a network."""


def films(data: Path, packed: str, spacing_mm: float) -> list[MassFilm]:
    """All films: read from the data sets in `data`, or from the file `packed`, which is made if it is not there.

    A file that was made at another spacing serves, too: its films are resampled, with no more detail than they have.
    Raises InputError where the file does not say its spacing.
    """
    if packed and Path(packed).is_file():
        return _unpacked(Path(packed), spacing_mm)
    found = [_cropped(each) for each in read_films(data, spacing_mm)]
    if not packed:
        return found
    pictures = [{"pixels": (each.pixels, QUALITY), "breast": (_thinned(each), file.EXACT)} for each in found]
    file.pack(Path(packed), [_record(each, spacing_mm) for each in found], pictures)
    return _unpacked(Path(packed), spacing_mm)  # as later trainings see them


def _unpacked(packed: Path, spacing_mm: float) -> list[MassFilm]:
    records, pictures = file.unpack(packed)
    if not all("spacing_mm" in each for each in records):
        raise InputError(packed, "does not say the spacing of its films", "delete it and let the training pack anew")

    def unpacked(record: dict[str, Any], packed_pictures: dict[str, file.Picture]) -> MassFilm:
        return resampled(_film(record, packed_pictures), record["spacing_mm"], spacing_mm)

    with ThreadPoolExecutor() as pool:
        return list(pool.map(unpacked, records, pictures))


def resampled(film: MassFilm, spacing_mm: float, wanted_mm: float) -> MassFilm:
    """The film, whose pixels are `spacing_mm` large, with pixels of `wanted_mm`."""
    rows, columns = film.pixels.shape
    shape = shape_at((rows, columns), (spacing_mm, spacing_mm), wanted_mm)
    if shape == (rows, columns):
        return film
    zoom = np.tile([shape[0] / rows, shape[1] / columns], 2)
    return replace(
        film,
        pixels=np.round(resample(film.pixels.astype(np.float32), shape)).astype(np.uint8),
        packed=np.packbits(resample(film.breast.astype(np.float32), shape) >= 0.5),
        boxes=film.boxes * zoom,
        ignored=film.ignored * zoom,
    )


def read_films(data: Path, spacing_mm: float) -> Iterator[MassFilm]:
    """Those of all data sets that train for masses. INbreast's masses have the boxes of their outlines where they are
    outlined; the split of its patients goes by its own boxes all the same."""
    outlined = {each.name: each for each in samples("inbreast-outlines", data)}
    for name in trained_on("masses"):
        for sample in samples(name, data):
            film = film_of(name, sample, spacing_mm)
            if name == "inbreast" and sample.name in outlined:
                with_mass = film is not None and len(film.boxes) > 0
                film = film_of(name, outlined[sample.name], spacing_mm)
                film = None if film is None else replace(film, dealt_with=with_mass)
            if film is not None:
                yield film


def _cropped(film: MassFilm) -> MassFilm:
    """The breast alone, from a multiple of STEP on."""
    breast = film.breast
    rows, columns = (np.flatnonzero(breast.any(axis=axis)) for axis in (1, 0))
    top, left = (max(0, int(each[0]) - MARGIN) // STEP * STEP for each in (rows, columns))
    part = slice(top, int(rows[-1]) + 1 + MARGIN), slice(left, int(columns[-1]) + 1 + MARGIN)
    return replace(
        film,
        pixels=film.pixels[part],
        packed=np.packbits(breast[part]),
        boxes=film.boxes - np.tile([top, left], 2),
        ignored=film.ignored - np.tile([top, left], 2),
    )


def _thinned(film: MassFilm) -> file.Picture:
    return film.breast[::STEP, ::STEP].astype(np.uint8) * np.uint8(255)


def _record(film: MassFilm, spacing_mm: float) -> file.Record:
    boxes, ignored = (np.round(each, 2).tolist() for each in (film.boxes, film.ignored))
    named = {"data_set": film.data_set, "name": film.name, "patient": film.patient}
    truth = {"boxes": boxes, "ignored": ignored, "labels": film.labels.tolist(), "dealt_with": film.dealt_with}
    return named | truth | {"spacing_mm": spacing_mm}


def _film(record: dict[str, object], pictures: dict[str, file.Picture]) -> MassFilm:
    pixels = pictures["pixels"]
    breast = np.kron(pictures["breast"] > 127, np.ones((STEP, STEP), bool))[: pixels.shape[0], : pixels.shape[1]]
    boxes, ignored = (np.array(record[name], np.float64).reshape(-1, 4) for name in ("boxes", "ignored"))
    labels = np.array(record["labels"], np.int64)
    data_set, name, patient = (str(record[each]) for each in ("data_set", "name", "patient"))
    dealt_with = None if record["dealt_with"] is None else bool(record["dealt_with"])
    return MassFilm(data_set, name, patient, pixels, np.packbits(breast), boxes, labels, ignored, dealt_with)
