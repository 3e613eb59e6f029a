"""mini-MIAS: whole films at 0.2 mm with circles (folder `mias/`; see `readers.mias`)."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from napari_mammoseg.data_sets.sample import Sample
from napari_mammoseg.errors import InputError
from napari_mammoseg.readers import mias


def films(folder: Path) -> list[Sample]:
    """All films, by number."""
    paths = sorted(each for each in (folder / "mias").glob("mdb*") if each.suffix in (".pgm", ".webp", ".png"))
    if not paths:
        raise InputError(folder, "has no mias/mdbNNN.pgm or .webp", "give the folder that holds mias/")
    return [Sample(each.stem, mias.patient(each), partial(mias.read, each)) for each in paths]


def normal_films(folder: Path) -> list[Sample]:
    """Those that the list calls normal."""
    path = folder / "mias" / "Info.txt"
    if not path.is_file():
        raise InputError(path, "is not there", "give the folder that holds mias/ with its list")
    normal = {film for film, lesion, _ in mias.rows(path.read_text("latin-1")) if lesion is None}
    return [each for each in films(folder) if each.name.lower() in normal]
