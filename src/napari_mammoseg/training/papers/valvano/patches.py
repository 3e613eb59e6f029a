"""The patch store of Valvano's networks, filled from real normal tissue with inserted calcifications.

The paper's calcifications were outlined by hand; no such set is public, and insertions have exact masks.
Patches are local contrast at 0.085 mm (the paper: grey values at 0.05 mm): the same thing on every detector.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from napari_mammoseg import files
from napari_mammoseg.data_sets import samples
from napari_mammoseg.data_sets.fingerprint import fingerprint
from napari_mammoseg.data_sets.split import Split, folds
from napari_mammoseg.data_sets.table import trained_on
from napari_mammoseg.tissue.contrast import as_grey
from napari_mammoseg.training.calcifications.films import normal_tissue
from napari_mammoseg.training.papers.valvano.store import Part, PatchStore

SETS = ("inbreast", "mias", "infn-masses")
SHARES: Mapping[Part, float] = {"train": 1, "validation": 1 / 6, "test": 1 / 4}
"""Windows from which patches are cut, per window for training."""
EACH = 12
VISIBLE = 3.0
"""Insertions fainter than this many times the tissue's texture are left out: nobody would have outlined them."""


def store_in(folder: Path, data: Path, size: int, windows: int, split: Split) -> PatchStore:
    """The store in `folder` for patches of `size`; if there is none yet, it is made from `windows` training windows.

    It is there whole or not at all; its name tells split and data. The women are split into `split.folds` parts: one
    tests, the next validates, the others train.
    """
    facts = (size, windows, split.folds, split.fold, split.seed, fingerprint(data))
    path = files.folder(folder) / f"patches-{'-'.join(map(str, facts))}.sqlite"
    if not path.exists():
        with files.atomic(path) as temporary:
            _fill(PatchStore(temporary, size), data, windows, split)
    return PatchStore(path, size)


def _fill(store: PatchStore, data: Path, windows: int, split: Split) -> None:
    for index, (part, patients) in enumerate(parts(data, split).items()):
        rng = np.random.default_rng([split.seed, index, store.size])
        tissue = normal_tissue(data, patients.__contains__)
        for number in range(round(windows * SHARES[part])):
            images = tissue[number % len(tissue)]
            window = images[int(rng.integers(len(images)))].draw(rng, number % 4 > 0, VISIBLE)
            store.add(part, f"{part}-{number}", as_grey(window.contrast), window.calcified, EACH, rng)


def parts(data: Path, split: Split) -> dict[Part, frozenset[str]]:
    """The women who train, validate and test; no woman is in two of the parts."""
    women = {each.patient for name in SETS for each in samples(name, data)}
    cut = folds(women, max(split.folds, 3), split.seed)
    test, validation = cut[split.fold], cut[(split.fold + 1) % len(cut)]
    return {"train": frozenset(women - test - validation), "validation": validation, "test": test}


def unseen(data: Path, split: Split) -> frozenset[str]:
    """Women whose tissue neither trains nor validates: those who test, and those with nothing but sorted patches."""
    dealt = parts(data, split)
    women = {each.patient for name in trained_on("calcifications") for each in samples(name, data)}
    return frozenset(women - dealt["train"] - dealt["validation"])
