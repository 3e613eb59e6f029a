"""The kernel distance is unbiased, and nearest neighbours are those of other women."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.evaluation.feature_distance import (
    halves_apart,
    kernel_distance,
    nearest,
    scaled_as,
    split_apart,
)


def rows(count: int, shift: float, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, 1, (count, 8))


def test_the_kernel_distance_is_its_definition() -> None:
    """Against sums over pairs, written out."""
    first, second = rows(4, 0, 1), rows(5, 1, 2)

    def kernel(x: np.ndarray, y: np.ndarray) -> float:
        return float((x @ y / 8 + 1) ** 3)

    def within(given: np.ndarray) -> float:
        return float(np.mean([kernel(x, y) for i, x in enumerate(given) for j, y in enumerate(given) if i != j]))

    between = np.mean([kernel(x, y) for x in first for y in second])
    assert kernel_distance(first, second) == pytest.approx(within(first) + within(second) - 2 * between)


def test_a_feature_that_hardly_varies_does_not_put_pictures_apart() -> None:
    real, made = rows(30, 0, 1), rows(30, 0, 2)
    real[:, 3] *= 1e-9  # as a map that answers to nothing in them
    scaled = scaled_as(real)
    assert scaled(made).shape == (30, 7)
    np.testing.assert_allclose(scaled(real).std(axis=0), 1)
    assert abs(kernel_distance(scaled(made), scaled(real))) < 2


def test_the_same_pictures_are_not_apart_however_few() -> None:
    found = [kernel_distance(rows(6, 0, seed), rows(9, 0, 1000 + seed)) for seed in range(400)]
    assert np.mean(found) == pytest.approx(0, abs=3 * np.std(found) / 20)
    assert kernel_distance(rows(6, 2, 0), rows(9, 0, 1)) > 5 * np.std(found)


def test_halves_of_the_same_women_are_alike_and_shifted_ones_are_not() -> None:
    women = [f"w{number // 2}" for number in range(80)]
    alike, spread = split_apart(rows(80, 0, 3), women)
    apart, _ = halves_apart(rows(80, 1, 4), [f"x{each}" for each in women], rows(80, 0, 3), women)
    assert abs(alike) < 2 * spread
    assert apart > 5 * spread


def test_the_nearest_is_of_another_woman() -> None:
    others = np.array([[0.0, 0.0], [3.0, 4.0]])
    found = nearest(np.zeros((2, 2)), ["a", "c"], others, ["a", "b"])
    assert found.tolist() == pytest.approx([5.0, 0.0])
