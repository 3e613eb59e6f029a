"""FROC, by hand and against MONAI."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from napari_mammoseg.evaluation.froc import Reading, froc, limits


def reading(found: list[float], false: list[float], area: float | None = None) -> Reading:
    return Reading("x", "p", np.array(found, float), np.array(false, float), area)


BY_HAND = [reading([0.9, 0.2], [0.5]), reading([], [0.8, 0.3]), reading([-np.inf], []), reading([], [])]


def test_the_curve_is_the_one_counted_by_hand():
    curve = froc(BY_HAND)
    assert curve.thresholds.tolist() == [0.9, 0.8, 0.5, 0.3, 0.2]
    assert curve.sensitivity.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 1 / 3, 2 / 3])
    assert curve.rate.tolist() == [0, 0.25, 0.5, 0.75, 0.75]
    assert (curve.at_most(0), curve.at_most(0.74), curve.at_most(0.75)) == pytest.approx((1 / 3, 1 / 3, 2 / 3))
    assert curve.threshold_at(0.5) == 0.5
    assert curve.threshold_at(8) == 0.2


def test_the_denominator_changes_the_rate_and_is_named():
    assert froc(BY_HAND, "free-images").rate.tolist() == [0, 0.5, 1, 1]
    per_area = froc([reading([0.9], [0.5, 0.1], 100.0), reading([], [0.3], 60.0)], "cm2")
    assert per_area.rate.tolist() == [0, 1 / 160, 2 / 160, 3 / 160]
    assert "free of such lesions" in froc(BY_HAND, "free-images").denominator
    assert "cm²" in per_area.denominator


def test_interpolated_sensitivities_are_monais():
    from monai.metrics.froc import compute_froc_curve_data, compute_froc_score

    rng = np.random.default_rng(1)
    for _ in range(20):
        readings = [
            reading(np.where(rng.random(3) < 0.3, -np.inf, rng.random(3)).tolist(), rng.random(rng.poisson(2)).tolist())
            for _ in range(30)
        ]
        found = np.concatenate([each.found_at for each in readings])
        false = np.concatenate([each.false for each in readings])
        # MONAI leaves the lowest score out of its curve: a mark below all others takes that place
        theirs = compute_froc_curve_data(np.append(false, -1.0), found[np.isfinite(found)], len(found), len(readings))
        curve = froc(readings)
        for rate in (0.125, 0.25, 0.5, 1, 2):
            assert curve.interpolated(rate) == pytest.approx(compute_froc_score(*theirs, (rate,)))
            assert curve.at_most(rate) <= curve.interpolated(rate) + 1e-12


images = st.lists(
    st.tuples(st.lists(st.sampled_from([-np.inf, 0, 1, 2, 3]), max_size=3), st.lists(st.integers(0, 3), max_size=4)),
    min_size=1,
    max_size=8,
)


@given(images, st.sampled_from(["images", "free-images"]))
def test_sensitivities_at_rates_are_those_of_the_curve(drawn, denominator):
    readings = [reading(found, false) for found, false in drawn]
    rates = (0.125, 0.25, 0.5, 1, 2, 8)
    if denominator == "free-images" and not any(each.is_free for each in readings):
        return
    expected = [froc(readings, denominator).at_most(rate) for rate in rates]
    found = np.concatenate([each.found_at for each in readings])
    shares = [np.mean(found > limit) if len(found) else np.nan for limit in limits(readings, denominator, rates)]
    assert shares == pytest.approx(expected, nan_ok=True)


def test_an_area_that_is_missing_is_not_guessed():
    with pytest.raises(ValueError, match="cm2"):
        froc(BY_HAND, "cm2")
    with pytest.raises(ValueError, match="free-images"):
        froc([reading([0.5], [])], "free-images")


def test_no_lesion_gives_no_sensitivity():
    assert np.isnan(froc([reading([], [0.5])]).at_most(1))
