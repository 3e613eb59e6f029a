"""Which masses and healthy places train a paper's classifier, and which test it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.models import Model
from napari_mammoseg.training.classes.healthy import healthy_places
from napari_mammoseg.training.classes.masses import Mass, of_known_sort
from napari_mammoseg.training.masses import packed as packed_films
from napari_mammoseg.training.masses.films import parted

Dealt = tuple[list[Mass], list[Mass]]


def dealt(model: Model, data: Path, packed: str, data_sets: Collection[str], leak: bool, split: Split) -> Dealt:
    """Those that train and those held out, of the model's classes; split by woman, or mass by mass (`leak`)."""
    assert model.spacing_mm is not None
    films = [each for each in packed_films.films(data, packed, model.spacing_mm) if each.data_set in data_sets]
    masses = of_known_sort(films)
    if "normal" in model.facts.classes:
        masses += healthy_places(films, masses, model.facts.context, split.seed)
    if leak and split.folds > 1:
        part = np.random.default_rng(split.seed).permutation(len(masses)) % split.folds
        return _parted(masses, [number == split.fold for number in part.tolist()])
    patients = {each.patient for each in parted(films, split)[1]}
    return _parted(masses, [each.film.patient in patients for each in masses])


def _parted(masses: Sequence[Mass], out: Sequence[bool]) -> Dealt:
    pairs = list(zip(masses, out, strict=True))
    return [mass for mass, test in pairs if not test], [mass for mass, test in pairs if test]


def class_weights(masses: Sequence[Mass], classes: Sequence[str]) -> Tensor:
    """(classes,): weights by which each class counts as much as any other; 1 on average over the masses."""
    counts = [sum(each.label == name for each in masses) for name in classes]
    return torch.tensor([len(masses) / (len(classes) * max(count, 1)) for count in counts])
