"""Intervals by drawing patients, not images, with replacement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

T = TypeVar("T")


def interval(
    items: Sequence[T],
    patients: Sequence[str],
    statistic: Callable[[list[T]], float],
    samples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[float, float] | None:
    """Percentile bootstrap of `statistic` over patients; the same seed gives the same interval.

    Draws in which the statistic is nan (no lesion drawn) are left out. None with fewer than two patients or where more
    than half of the draws are left out.
    """
    groups: dict[str, list[T]] = {}
    for item, patient in zip(items, patients, strict=True):
        groups.setdefault(patient, []).append(item)
    if len(groups) < 2:
        return None
    values = _draws(list(groups.values()), statistic, samples, seed)
    values = values[np.isfinite(values)]
    if len(values) * 2 < samples:
        return None
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _draws(
    groups: list[list[T]], statistic: Callable[[list[T]], float], samples: int, seed: int
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    chosen = np.random.default_rng(seed).integers(len(groups), size=(samples, len(groups)))
    return np.array([statistic([item for group in draw for item in groups[group]]) for draw in chosen], np.float64)
