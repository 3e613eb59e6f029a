"""Who is held out of a training: the recipes ask here, and so does who scores what they trained."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from napari_mammoseg.data_sets import Sample, samples, source
from napari_mammoseg.data_sets.mass_truth import boxed_masses
from napari_mammoseg.data_sets.split import Split, folds, held_out_of
from napari_mammoseg.errors import InputError

CALCIFICATION_GROUPS = (("infn-masses", "infn-calcifications"), ("inbreast",), ("mias",))
"""What a calcification network is trained on; data sets that share women are split as one."""
CALCIFICATION_SETS = tuple(name for group in CALCIFICATION_GROUPS for name in group)
MASS_SETS = ("cbis-mass-films", "inbreast", "mias", "infn-masses")
"""What networks for masses are trained on."""

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


def for_calcifications(folder: Path, split: Split, data_sets: Collection[str] = CALCIFICATION_SETS) -> frozenset[str]:
    """Part `split.fold` of each data set's patients."""
    if split.folds == 1:
        return frozenset()
    groups = [group for group in CALCIFICATION_GROUPS if set(group) & set(data_sets)]
    women = [{each.patient for name in group for each in samples(name, folder)} for group in groups]
    return frozenset().union(*(folds(each, split.folds, split.seed)[split.fold] for each in women))


def for_masses(folder: Path, data_set: str, split: Split) -> frozenset[str]:
    """Part `split.fold` of the patients with a mass and of those without. Reads the truth of every film.

    Films that have a mass whose place is unknown count for neither.
    """
    if split.folds == 1:
        return frozenset()
    films = [(each.patient, boxed_masses(each.read())) for each in samples(data_set, folder)]
    with_mass = {patient for patient, masses in films if masses}
    used = {patient for patient, masses in films if masses is not None}
    return held_out_of([with_mass, used - with_mass], split)


def _for_calcifications(folder: Path, data_set: str, split: Split) -> frozenset[str]:
    return for_calcifications(folder, split, (data_set,))


_SPLITS: Mapping[str, tuple[tuple[str, ...], Patients]] = {
    "calcifications": (CALCIFICATION_SETS, _for_calcifications),
    "masses": (MASS_SETS, for_masses),
}
