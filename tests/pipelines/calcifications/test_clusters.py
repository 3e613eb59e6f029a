"""The rule of clusters, on layouts made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from napari_mammoseg.pipelines.calcifications.clusters import Rule, clusters

VALVANO = Rule(6, 1.0, 4.0)


def ring(count, radius_mm, centre=(0.0, 0.0)):
    angle = np.arange(count) * 2 * np.pi / count
    return np.stack([centre[0] + radius_mm * np.cos(angle), centre[1] + radius_mm * np.sin(angle)], axis=1)


def test_six_in_a_square_centimetre_are_a_cluster_and_five_are_none():
    scores = np.full(6, 0.9, np.float32)
    assert len(clusters(ring(6, 2), scores, VALVANO)) == 1
    assert clusters(ring(5, 2), scores[:5], VALVANO) == []


def test_six_that_are_spread_wider_are_none():
    assert clusters(ring(6, 12), np.full(6, 0.9, np.float32), VALVANO) == []


def test_its_score_is_that_of_the_sixth():
    scores = np.array([0.99, 0.9, 0.8, 0.7, 0.6, 0.41, 0.2], np.float32)
    (found,) = clusters(ring(7, 2), scores, VALVANO)
    assert found.score == pytest.approx(0.41)


def test_two_apart_are_two():
    places = np.concatenate([ring(6, 2), ring(6, 2, centre=(40, 0))])
    found = clusters(places, np.full(12, 0.8, np.float32), VALVANO)
    assert sorted(tuple(each.members) for each in found) == [tuple(range(6)), tuple(range(6, 12))]


def test_one_linked_on_belongs_to_it_and_one_further_away_does_not():
    places = np.concatenate([ring(6, 2), [[5.5, 0.0]], [[9.0, 0.0]], [[20.0, 0.0]]])
    (found,) = clusters(places, np.full(9, 0.8, np.float32), VALVANO)
    assert list(found.members) == [0, 1, 2, 3, 4, 5, 6, 7]


def test_count_and_area_are_the_rules():
    scores = np.full(3, 0.9, np.float32)
    assert len(clusters(ring(3, 1), scores, Rule(3, 1.0, 4.0))) == 1
    assert clusters(ring(3, 3), scores, Rule(3, 0.1, 4.0)) == []


def test_the_rule_says_what_it_is_and_whose():
    assert "more than 5 calcifications in 1 cm² (Valvano 2018, section 2.1)" in str(VALVANO)
    assert "Valvano" not in str(Rule(3, 1.0, 4.0))


def test_the_rule_holds_at_every_threshold_for_what_is_shown():
    rng = np.random.default_rng(0)
    scores = np.sort(rng.uniform(0.02, 1, 200).astype(np.float32))[::-1]
    places = rng.uniform(0, 60, (200, 2))
    for found in clusters(places, scores, VALVANO):
        shown = found.members[scores[found.members] >= found.score]
        assert len(shown) >= 6
        nearest = min(
            np.sum(np.hypot(*(places[shown] - places[each]).T) <= VALVANO.radius_mm) < 6 for each in found.members
        )
        assert not nearest  # some member's disc holds six
