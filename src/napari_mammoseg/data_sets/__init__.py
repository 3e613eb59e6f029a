"""Research images as training and evaluation take them: one file per data set, each a list of samples read on demand.

`folder` is the one that holds all data sets, each in its own layout below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path

from napari_mammoseg.data_sets.sample import Sample
from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Mammogram

__all__ = ["DATA_SETS", "Sample", "mammograms", "samples", "source"]

DATA_SETS: Mapping[str, str] = {
    "mias": "mias:films",
    "infn-masses": "infn:masses",
    "infn-calcifications": "infn:patches",
    "cbis-mass-films": "cbis_mass_films:films",
    "inbreast": "inbreast:films",
    "ddsm-tissue": "ddsm_tissue:films",
    "inserted-inbreast": "inserted:inbreast_tissue",
    "inserted-mias": "inserted:mias_tissue",
    "inserted-infn": "inserted:infn_tissue",
    "inserted-masses-mias": "inserted_masses:mias_films",
    "inserted-masses-inbreast": "inserted_masses:inbreast_films",
    "phantoms": "phantoms:films",
}
"""Name -> "file:function" in this folder; each function takes the folder and gives its samples."""


def samples(name: str, folder: str | Path) -> list[Sample]:
    """The samples of the data set `name` in `folder`. Raises InputError if there is no such set or it is not there."""
    if name not in DATA_SETS:
        raise InputError(name, "is no data set", f"choose from {', '.join(DATA_SETS)}")
    file, _, function = DATA_SETS[name].partition(":")
    found: list[Sample] = getattr(import_module(f"{__name__}.{file}"), function)(Path(folder))
    return found


def source(name: str) -> str:
    """The data set whose images the data set `name` is made of: itself, but for those with something inserted."""
    return {"inserted-infn": "infn-masses"}.get(name, name.removeprefix("inserted-").removeprefix("masses-"))


def mammograms(name: str, folder: str | Path) -> Iterator[Mammogram]:
    """Every image of the data set, one at a time."""
    return (each.read() for each in samples(name, folder))
