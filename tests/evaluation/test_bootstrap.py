"""Intervals over patients."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from napari_mammoseg.evaluation.bootstrap import interval


def mean(items: list[float]) -> float:
    return float(np.mean(items))


def test_one_image_a_patient_is_scipys_percentile_bootstrap():
    values = np.random.default_rng(0).normal(size=60)
    theirs = stats.bootstrap((values,), np.mean, method="percentile", n_resamples=4000, rng=1).confidence_interval
    ours = interval(values.tolist(), [str(i) for i in range(60)], mean, samples=4000)
    assert ours == pytest.approx((theirs.low, theirs.high), abs=0.02)


def test_images_of_one_patient_stay_together():
    values = [0.0] * 50 + [1.0] * 50
    by_patient = interval(values, ["a"] * 50 + ["b"] * 50, mean)
    by_image = interval(values, [str(i) for i in range(100)], mean)
    assert by_patient == (0, 1)
    assert by_image[0] > 0.3


def test_the_same_seed_gives_the_same_interval():
    values = np.random.default_rng(0).random(20).tolist()
    patients = [str(i) for i in range(20)]
    assert interval(values, patients, mean, seed=3) == interval(values, patients, mean, seed=3)
    assert interval(values, patients, mean, seed=3) != interval(values, patients, mean, seed=4)


def test_no_interval_from_one_patient_or_from_nothing_but_undefined_draws():
    assert interval([1.0, 2.0], ["a", "a"], mean) is None
    assert interval([1.0, 2.0], ["a", "b"], lambda items: float("nan")) is None
