"""Who is held out of a training: the recipes ask here, and so does whoever scores what they trained."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from napari_mammoseg.data_sets.mass_truth import boxed_masses
from napari_mammoseg.data_sets.sample import Sample
from napari_mammoseg.data_sets.split import Split, held_out_of
from napari_mammoseg.data_sets.table import DATA_SETS, DataSet, data_set
from napari_mammoseg.errors import InputError

_DEALT_BY_MASS = ("masses", "classify")
"""Pipelines for which the women with a mass and those without are dealt out apart, within each data set."""


def held_out(pipeline: str, name: str, folder: Path, split: Split) -> list[Sample]:
    """The samples of the data set whose patients a recipe for `pipeline` holds out; all of them with 1 fold.

    Raises InputError where no recipe for the pipeline is trained on these patients.
    """
    chosen = data_set(name)
    found = chosen.samples(folder)
    if split.folds == 1:
        return found
    if not _trained_sets(pipeline, [chosen.patients]):
        raise InputError(name, f"trains nothing for {pipeline}", "leave --folds out")
    out = patients_held_out(pipeline, folder, split, [chosen.patients])
    return [each for each in found if each.patient in out]


def patients_held_out(pipeline: str, folder: Path, split: Split, groups: Iterable[str] | None = None) -> frozenset[str]:
    """The patients who do not train for `pipeline`: of the named groups of `DataSet.patients`, else of all.

    Patients of one group are split as one, so that nobody trains in one data set and is held out in another.
    """
    if split.folds == 1:
        return frozenset()
    sets = _trained_sets(pipeline, groups)
    if pipeline in _DEALT_BY_MASS:
        return frozenset().union(*(held_out_of(_by_mass(each.samples(folder)), split) for each in sets))
    women: dict[str, set[str]] = {}
    for each in sets:
        women.setdefault(each.patients, set()).update(sample.patient for sample in each.samples(folder))
    return held_out_of(women.values(), split)


def _trained_sets(pipeline: str, groups: Iterable[str] | None) -> list[DataSet]:
    wanted = None if groups is None else set(groups)
    trained = [each for each in DATA_SETS.values() if pipeline in each.trains]
    return [each for each in trained if wanted is None or each.patients in wanted]


def _by_mass(samples: Iterable[Sample]) -> list[set[str]]:
    """Patients with a mass, and those without; who has masses of unknown place alone is in neither."""
    films = [(each.patient, boxed_masses(each.read())) for each in samples]
    with_mass = {patient for patient, masses in films if masses}
    return [with_mass, {patient for patient, masses in films if masses is not None} - with_mass]


def listed(path: Path) -> frozenset[str]:
    """The patients on a list, one per line. Raises InputError where it cannot be read."""
    try:
        return frozenset(path.read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        raise InputError(path, "cannot be read as a list of patients", "give held_out.txt of a training") from None
