"""How far apart two sets of pictures are by their features: kernel distance (KID), and nearest neighbours."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Rows = NDArray[np.float64]
"""(pictures, features)"""
DRAWS = 20
LEAST_VARIED = 0.1
"""Features that vary less than so many times as much as the median one are left out."""


def scaled_as(rows: Rows) -> Callable[[Rows], Rows]:
    """What brings features to mean 0 and deviation 1 of these rows.

    It leaves out those that hardly vary in them: in their deviations one other picture would be far from all of these.
    """
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    kept = deviation > LEAST_VARIED * np.median(deviation)
    return lambda given: np.asarray((given[:, kept] - mean[kept]) / deviation[kept])


def kernel_distance(first: Rows, second: Rows) -> float:
    """Squared maximum mean discrepancy, unbiased, with the kernel (x · y / features + 1)³ (KID, Bińkowski 2018).

    0 on average for two draws of the same pictures, whatever their number; it can be below. Raises ValueError where
    either set has fewer than two rows.
    """
    if min(len(first), len(second)) < 2:
        raise ValueError("a kernel distance needs two rows of each set")
    within = [_kernel(rows, rows) for rows in (first, second)]
    own = [(each.sum() - np.trace(each)) / (len(each) * (len(each) - 1)) for each in within]
    return float(sum(own) - 2 * _kernel(first, second).mean())


def _kernel(first: Rows, second: Rows) -> Rows:
    return np.asarray((first @ second.T / first.shape[1] + 1) ** 3)


def halves_apart(
    first: Rows, women: Sequence[str], second: Rows, other_women: Sequence[str], seed: int = 0
) -> tuple[float, float]:
    """Mean and deviation of the kernel distance between a half of the women of each set, over some draws."""
    random = np.random.default_rng(seed)
    found = [kernel_distance(first[_half(women, random)], second[_half(other_women, random)]) for _ in range(DRAWS)]
    return float(np.mean(found)), float(np.std(found))


def split_apart(rows: Rows, women: Sequence[str], seed: int = 0) -> tuple[float, float]:
    """The same between one half of the women and the other half: what pictures of one sort have between them."""
    random = np.random.default_rng(seed)
    halves = [_half(women, random) for _ in range(DRAWS)]
    found = [kernel_distance(rows[half], rows[~half]) for half in halves]
    return float(np.mean(found)), float(np.std(found))


def _half(women: Sequence[str], random: Generator) -> NDArray[np.bool_]:
    """Which rows are of a half of the women."""
    names = sorted(set(women))
    chosen = {names[number] for number in random.permutation(len(names))[: len(names) // 2]}
    return np.array([each in chosen for each in women])


def nearest(rows: Rows, women: Sequence[str], others: Rows, other_women: Sequence[str]) -> NDArray[np.float64]:
    """(rows,): Euclidean distance of each row to the nearest of `others` that is of another woman.

    inf where there is none.
    """
    squares = (rows**2).sum(1)[:, None] + (others**2).sum(1) - 2 * rows @ others.T
    same = np.array(women)[:, None] == np.array(other_women)
    return np.asarray(np.sqrt(np.where(same, np.inf, squares.clip(min=0)).min(axis=1)))
