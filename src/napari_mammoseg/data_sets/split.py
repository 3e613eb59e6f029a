"""Which patients train and which are held out: every split is by patient."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass

from napari_mammoseg.errors import InputError


@dataclass(frozen=True, slots=True)
class Split:
    """The patients are cut into `folds` parts and part number `fold` is held out; with 1 fold all of them train.

    Raises InputError for a part that does not exist.
    """

    folds: int = 5
    fold: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.fold < self.folds:
            raise InputError(f"--fold {self.fold}", f"does not exist among {self.folds}", f"give 0 to {self.folds - 1}")


def folds(patients: Iterable[str], count: int, seed: int = 0) -> list[frozenset[str]]:
    """`count` sets of patients, each patient in exactly one; the same for the same patients, whatever their order.

    Raises InputError for fewer patients than folds.
    """
    women = sorted(set(patients))
    if not 2 <= count <= len(women):
        raise InputError(f"{count} folds", f"cannot be made of {len(women)} patients", "give 2 up to their number")
    random.Random(seed).shuffle(women)
    return [frozenset(women[start::count]) for start in range(count)]


def part_of(groups: Iterable[Iterable[str]], share: float, seed: int = 0) -> frozenset[str]:
    """A share of the patients of each group, at least one; a smaller share is a part of a larger one."""
    kept: set[str] = set()
    for group in groups:
        women = sorted(set(group))
        random.Random(seed).shuffle(women)
        kept.update(women[: max(1, round(share * len(women)))])
    return frozenset(kept)


def held_out_of(groups: Iterable[set[str]], split: Split) -> frozenset[str]:
    """The patients of part `split.fold` of each group; a group of fewer patients than parts trains as a whole."""
    if split.folds == 1:
        return frozenset()
    parts = [folds(group, split.folds, split.seed)[split.fold] for group in groups if len(group) >= split.folds]
    return frozenset().union(*parts)
