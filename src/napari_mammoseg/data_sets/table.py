"""Every data set by name: one row per set says what it is, what reads it, whose images it has and what it trains."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from napari_mammoseg.data_sets.sample import Sample
from napari_mammoseg.errors import InputError


@dataclass(frozen=True, slots=True)
class DataSet:
    """reads: "file:function" in this folder; the function takes the folder of all data sets and gives the samples.

    patients: the group of women that the images are of: sets of one group share patients and are split together.
    trains: the pipelines whose recipes are trained on it, so that some of its patients are held out of them.
    """

    name: str
    summary: str
    reads: str
    patients: str
    trains: tuple[str, ...] = ()

    def samples(self, folder: Path) -> list[Sample]:
        """Its samples, found below `folder`. Raises InputError where it is not there."""
        file, _, function = self.reads.partition(":")
        found: list[Sample] = getattr(import_module(f"napari_mammoseg.data_sets.{file}"), function)(folder)
        return found


def data_set(name: str) -> DataSet:
    """The data set called `name`. Raises InputError if there is none."""
    if name not in DATA_SETS:
        raise InputError(name, "is no data set", f"choose from {', '.join(DATA_SETS)}")
    return DATA_SETS[name]


def trained_on(pipeline: str) -> tuple[str, ...]:
    """The names of the data sets that the recipes of a pipeline are trained on."""
    return tuple(each.name for each in DATA_SETS.values() if pipeline in each.trains)


def _table(*rows: DataSet) -> Mapping[str, DataSet]:
    return {row.name: row for row in rows}


_MASSES = ("masses", "classify")

DATA_SETS = _table(
    DataSet("cbis-mass-films", "films with boxed masses", "cbis_mass_films:films", "cbis", _MASSES),
    DataSet("inbreast", "digital images with boxes", "inbreast:films", "inbreast", ("calcifications", *_MASSES)),
    DataSet("mias", "films with circles", "mias:films", "mias", ("calcifications", *_MASSES)),
    DataSet("infn-masses", "film fields with one mass", "infn:masses", "infn", ("calcifications", *_MASSES)),
    DataSet("infn-calcifications", "film patches", "infn:patches", "infn", ("calcifications",)),
    DataSet("inbreast-calcifications", "digital, every calcification marked", "inbreast_marks:films", "inbreast"),
    DataSet(
        "inbreast-outlines", "digital, outlined masses", "inbreast_marks:films_with_masses", "inbreast", ("segment",)
    ),
    DataSet("mias-outlines", "films with outlined masses", "mias_outlines:films", "mias", ("segment",)),
    DataSet("infn-outlines", "film fields, outlined masses", "infn:outlines", "infn", ("segment",)),
    DataSet("cesm-outlines", "low-energy digital, outlined masses", "cesm:films", "cesm", ("segment", "masses")),
    DataSet("ddsm-tissue", "films with maps of their tissue", "ddsm_tissue:films", "ddsm"),
    DataSet("inserted-inbreast", "digital tissue, inserted clusters", "inserted:inbreast_tissue", "inbreast"),
    DataSet("inserted-mias", "film tissue, inserted clusters", "inserted:mias_tissue", "mias"),
    DataSet("inserted-infn", "fine film tissue, inserted clusters", "inserted:infn_tissue", "infn"),
    DataSet("inserted-masses-mias", "normal films, inserted masses", "inserted_masses:mias_films", "mias"),
    DataSet("inserted-masses-inbreast", "digital, inserted masses", "inserted_masses:inbreast_films", "inbreast"),
    DataSet("phantoms", "synthetic mammograms", "phantoms:films", "phantoms"),
)
