"""Which calcifications are put into a piece of tissue: none, one or two clusters, and single ones."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from napari_mammoseg.phantom.calcifications import FORMS, lay_out
from napari_mammoseg.phantom.insertion import Calcification, in_tissue


def planted(
    shape: tuple[int, ...], spacing: float, texture: float, rng: Generator
) -> tuple[list[Calcification], list[int]]:
    """Calcifications for a field, and for each the number of its cluster (0: alone)."""
    wanted: list[Calcification] = []
    groups: list[int] = []
    for number in range(1, 1 + int(rng.choice([0, 1, 2], p=[0.3, 0.6, 0.1]))):
        largest = np.exp(rng.uniform(np.log(0.25), np.log(1.0)))
        sizes = max(0.1, largest * rng.uniform(0.2, 0.6)), largest
        form = FORMS[rng.choice(3, p=[0.35, 0.45, 0.2])]
        specks = lay_out(rng, int(rng.integers(3, 30)), rng.uniform(2, 11), form, sizes)
        cluster = in_tissue(specks, _somewhere(shape, rng), _contrast(texture, rng), spacing, rng)
        wanted, groups = wanted + cluster, groups + [number] * len(cluster)
    for _ in range(int(rng.integers(0 if wanted else 1, 4))):
        size = np.exp(rng.uniform(np.log(0.1), np.log(1.2)))
        place = _somewhere(shape, rng)
        wanted.append(Calcification(*place, size, FORMS[rng.choice(3, p=[0.6, 0.3, 0.1])], _contrast(texture, rng)))
        groups.append(0)
    return wanted, groups


def _contrast(texture: float, rng: Generator) -> float:
    return float(texture * np.exp(rng.uniform(np.log(2.0), np.log(25.0))))


def _somewhere(shape: tuple[int, ...], rng: Generator) -> tuple[float, float]:
    """A place in the middle part of the field."""
    return float(rng.uniform(0.2, 0.8) * shape[0]), float(rng.uniform(0.2, 0.8) * shape[1])
