"""A mark counts less beside surer ones."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logit

from napari_mammoseg.pipelines.masses.rivals import OFFSET, SHARE, SLOPE, beside_surer


def test_the_order_stays_and_the_surest_mark_does_not_see_the_others() -> None:
    scores = np.array([0.2, 0.9, 0.5, 0.5, 0.02])
    lowered = beside_surer(scores)
    assert (np.argsort(-lowered, kind="stable") == np.argsort(-scores, kind="stable")).all()
    assert lowered[1] == pytest.approx(beside_surer(np.array([0.9]))[0])


def test_a_mark_loses_by_the_odds_of_surer_ones_alone() -> None:
    lowered = beside_surer(np.array([0.75, 0.5, 0.1]))
    expected = SLOPE * (logit(0.5) - SHARE * np.log(1 + 3)) + OFFSET  # odds of 3 to 1 are surer
    assert logit(lowered[1]) == pytest.approx(expected)
    assert beside_surer(np.array([0.75, 0.5]))[1] == pytest.approx(lowered[1])


@pytest.mark.parametrize("scores", [[], [0.0], [1.0, 1.0, 0.0]])
def test_no_mark_and_scores_at_the_ends_are_no_trouble(scores: list[float]) -> None:
    lowered = beside_surer(np.array(scores))
    assert lowered.shape == (len(scores),)
    assert np.isfinite(lowered).all()
    assert ((lowered >= 0) & (lowered <= 1)).all()
