"""ROC against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score, roc_curve

from napari_mammoseg.evaluation import roc

scored = st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40)


@given(scored)
def test_auc_is_that_of_scikit_learn_ties_included(items):
    scores, positive = zip(*items, strict=True)
    if len(set(positive)) < 2:
        assert np.isnan(roc.auc(scores, positive))
    else:
        assert roc.auc(scores, positive) == pytest.approx(roc_auc_score(positive, scores))


@given(scored.filter(lambda items: len({positive for _, positive in items}) == 2))
def test_the_curve_is_that_of_scikit_learn(items):
    scores, positive = zip(*items, strict=True)
    false, true, _ = roc_curve(positive, scores, drop_intermediate=False)
    ours = roc.curve(scores, positive)
    assert ours[0] == pytest.approx(false)
    assert ours[1] == pytest.approx(true)


def test_accuracy_counts_a_score_at_the_threshold_as_positive():
    assert roc.accuracy([0.5, 0.4, 0.9, 0.6], [True, False, True, False]) == 0.75
    assert np.isnan(roc.accuracy([], []))
