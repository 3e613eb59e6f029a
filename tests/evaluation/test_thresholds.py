"""The threshold by IoU and by G-mean."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.evaluation.overlap import Pixels
from napari_mammoseg.evaluation.thresholds import CHOICES, Levels, total


def image(seed: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    truth = random.random((40, 50)) < 0.02
    return np.clip(random.normal(np.where(truth, 0.6, 0.3), 0.15), 0, 1), truth


def test_counts_are_those_of_each_threshold_by_itself():
    probability, truth = image(0)
    levels = Levels.of(probability, truth)
    for threshold, counted in zip(CHOICES, levels.counts, strict=True):
        assert counted == Pixels.of(probability >= threshold, truth)


def test_only_the_breast_counts_and_images_add_up():
    (one, first), (two, second) = image(1), image(2)
    inside = np.zeros(one.shape, bool)
    inside[:20] = True
    both = total([Levels.of(one, first, inside), Levels.of(two, second, inside)])
    whole = Pixels.of(np.vstack([one[:20], two[:20]]) >= CHOICES[9], np.vstack([first[:20], second[:20]]))
    assert both.at(CHOICES[9]) == whole


def test_g_mean_chooses_a_lower_threshold_than_iou_where_masses_are_rare():
    """Cobos 2016: 0.9 by IoU, 0.1 by G-mean on the same maps."""
    levels = Levels.of(*image(3))
    by_iou, by_g_mean = levels.best("iou"), levels.best("g_mean")
    assert by_g_mean < by_iou
    assert levels.at(by_g_mean).sensitivity > levels.at(by_iou).sensitivity
    assert levels.at(by_g_mean).iou < levels.at(by_iou).iou


def test_an_answer_without_any_mass_has_an_iou_of_nothing():
    """Mean IoU over both classes calls it .99 (Aung 2018): what counts here is the mass alone."""
    nothing = Pixels(0, 0, 20, 1980)
    assert nothing.iou == 0
    assert nothing.accuracy == pytest.approx(0.99)
