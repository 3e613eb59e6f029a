"""One shape of calibration: weighted terms, an offset, straight lines in log-odds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import expit, logit

from napari_mammoseg.models import Calibration


def test_terms_are_weighed_and_added() -> None:
    calibration = Calibration({"first": 2.0, "second": -1.0}, 0.5)
    assert calibration(first=3.0, second=4.0, third=100.0) == pytest.approx(2.5)


def test_arrays_keep_their_shape_and_precision() -> None:
    given = np.ones((3, 4), np.float32)
    answer = Calibration({"pixel": 1.5}, -1.0)(pixel=given)
    assert answer.dtype == np.float32
    assert answer.shape == (3, 4)


def test_knots_are_met_and_lines_go_on_beyond_them() -> None:
    calibration = Calibration({"score": 1.0}, knots=((0.1, 0.05), (0.3, 0.2), (0.6, 0.5)))
    assert expit(calibration(score=logit([0.1, 0.3, 0.6]))) == pytest.approx([0.05, 0.2, 0.5])
    slope = (logit(0.5) - logit(0.2)) / (logit(0.6) - logit(0.3))
    assert calibration(score=logit(0.9)) == pytest.approx(logit(0.5) + slope * (logit(0.9) - logit(0.6)))
    slope = (logit(0.2) - logit(0.05)) / (logit(0.3) - logit(0.1))
    assert calibration(score=logit(0.01)) == pytest.approx(logit(0.05) + slope * (logit(0.01) - logit(0.1)))
