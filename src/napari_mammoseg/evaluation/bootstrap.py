"""Intervals by drawing patients, not images, with replacement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")


Interval = tuple[float, float]


def interval(
    items: Sequence[T],
    patients: Sequence[str],
    statistic: Callable[[list[T]], float],
    samples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> Interval | None:
    """The interval of one statistic."""
    return intervals(items, patients, lambda drawn: [statistic(drawn)], samples, level, seed)[0]


def intervals(
    items: Sequence[T],
    patients: Sequence[str],
    statistics: Callable[[list[T]], Sequence[float]],
    samples: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> list[Interval | None]:
    """Percentile bootstrap of each of `statistics` over patients; the same seed gives the same intervals.

    Draws in which a statistic is nan (no lesion drawn) are left out. None with fewer than two patients or where more
    than half of the draws are left out.
    """
    groups: dict[str, list[T]] = {}
    for item, patient in zip(items, patients, strict=True):
        groups.setdefault(patient, []).append(item)
    if len(groups) < 2 or not samples:
        return [None] * len(statistics(list(items)))
    values = _draws(list(groups.values()), statistics, samples, seed)
    return [_between(column[np.isfinite(column)], samples, level) for column in values.T]


def _between(values: NDArray[np.float64], samples: int, level: float) -> Interval | None:
    if len(values) * 2 < samples:
        return None
    low, high = np.quantile(values, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _draws(
    groups: list[list[T]], statistics: Callable[[list[T]], Sequence[float]], samples: int, seed: int
) -> NDArray[np.float64]:
    """(samples, statistics)"""
    chosen = np.random.default_rng(seed).integers(len(groups), size=(samples, len(groups)))
    return np.array([statistics([item for group in draw for item in groups[group]]) for draw in chosen], np.float64)
