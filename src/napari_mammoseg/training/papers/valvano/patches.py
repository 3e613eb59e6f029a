"""The patch store of Valvano's networks, filled from real normal tissue with inserted calcifications.

Single calcifications outlined by hand, as the paper had, are not to be had openly; insertions have exact masks.
Patches are local contrast at 0.085 mm (the paper: grey values at 0.05 mm): the same thing on every detector.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from napari_mammoseg.data_sets import samples
from napari_mammoseg.data_sets.split import Split, folds
from napari_mammoseg.data_sets.table import trained_on
from napari_mammoseg.tissue.contrast import as_grey
from napari_mammoseg.training.calcifications.films import normal_tissue
from napari_mammoseg.training.papers.valvano.store import Part, PatchStore

SETS = ("inbreast", "mias", "infn-masses")
WINDOWS = {"train": 2400, "validation": 400, "test": 600}
EACH = 12
VISIBLE = 3.0
"""Insertions that add less than so many times the tissue's texture are left out: nobody would have outlined them."""


def fill(path: Path, data: Path, size: int, split: Split) -> PatchStore:
    """The store at `path` for patches of `size`, made of the data sets in `data`; one that is there is kept as it is.

    The women are cut into `split.folds`: one part is the test's, the next the validation's, the others train.
    """
    store = PatchStore(path, size)
    if path.exists():
        return store
    for part, patients in parts(data, split).items():
        rng = np.random.default_rng([split.seed, list(WINDOWS).index(part), size])
        tissue = normal_tissue(data, patients.__contains__)
        for number in range(WINDOWS[part]):
            images = tissue[number % len(tissue)]
            window = images[int(rng.integers(len(images)))].draw(rng, number % 4 > 0, VISIBLE)
            store.add(part, f"{part}-{number}", as_grey(window.contrast), window.calcified, EACH, rng)
    return store


def parts(data: Path, split: Split) -> dict[Part, frozenset[str]]:
    """Which women train, validate and test; no woman does two."""
    women = {each.patient for name in SETS for each in samples(name, data)}
    cut = folds(women, max(split.folds, 3), split.seed)
    test, validation = cut[split.fold], cut[(split.fold + 1) % len(cut)]
    return {"train": frozenset(women - test - validation), "validation": validation, "test": test}


def unseen(data: Path, split: Split) -> frozenset[str]:
    """Women who test, and those of patches alone: nobody whose tissue trains or validates."""
    dealt = parts(data, split)
    women = {each.patient for name in trained_on("calcifications") for each in samples(name, data)}
    return frozenset(women - dealt["train"] - dealt["validation"])
