"""Which images of a data set a model has not seen in its training, by the recipes' own splits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from napari_mammoseg.errors import InputError
from napari_mammoseg.training import calcification_material, mass_films
from napari_mammoseg.training.data import Sample, samples, source
from napari_mammoseg.training.recipe import Split

Patients = Callable[[Path, str, Split], frozenset[str]]


def held_out(pipeline: str, data_set: str, folder: Path, split: Split) -> list[Sample]:
    """The samples of `data_set` in `folder` whose patients a recipe for `pipeline` holds out; all of them with 1 fold.

    Raises InputError where no recipe for the pipeline splits that data set.
    """
    found = samples(data_set, folder)
    if split.folds == 1:
        return found
    trained, patients = _SPLITS[pipeline]
    if source(data_set) not in trained:
        raise InputError(data_set, f"trains nothing for {pipeline}", "leave --folds out")
    out = patients(folder, source(data_set), split)
    return [each for each in found if each.patient in out]


def _of_calcifications(folder: Path, data_set: str, split: Split) -> frozenset[str]:
    return calcification_material.held_out(folder, split, (data_set,))


_SPLITS: Mapping[str, tuple[tuple[str, ...], Patients]] = {
    "calcifications": (calcification_material.DATA_SETS, _of_calcifications),
    "masses": (mass_films.DATA_SETS, mass_films.held_out_of),
}
