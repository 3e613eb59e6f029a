"""An image held against its truth, counted by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_mammoseg.errors import InputError
from napari_mammoseg.evaluation.case import judge
from napari_mammoseg.evaluation.overlap import Pixels
from napari_mammoseg.evaluation.pixel_scores import best_cut_scores
from napari_mammoseg.evaluation.thresholds import Levels
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, ProbabilityMap, RunRecord, Window
from napari_mammoseg.kinds import Kind
from napari_mammoseg.mammogram import Lesion


def finding(number: int, kind: Kind, box, score: float, p: float | None = None) -> Finding:
    centre = ((box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2)
    return Finding(number, kind, box, centre, score, p_malignant=p)


def result(pipeline: str, *found: Finding, mask=None, score: float = 0.5, spacing=(0.1, 0.1)) -> Findings:
    image = ImageRecord("x.png", "ab", 100, 120, spacing, None, None, None)
    run = RunRecord("1", {"threshold": 0.0})
    summary = {"breast_area_cm2": 1.2}
    return Findings(image, pipeline, ModelRecord("m"), score, found, run, summary, mask=mask)


def test_a_mass_found_missed_and_a_false_alarm():
    found = result(
        "masses",
        finding(1, "mass", (10, 10, 20, 20), 0.9, 0.75),
        finding(2, "mass", (80, 80, 90, 90), 0.4, 0.5),
    )
    truth = [Lesion("mass", "malignant", box=(11, 11, 21, 21)), Lesion("mass", "benign", circle=(60, 60, 5))]
    case = judge(found, truth, "woman 1")
    reading = case.readings["masses"]
    assert reading.found_at.tolist() == [0.9, -np.inf]
    assert reading.false.tolist() == [0.4]
    assert not reading.is_free
    assert [(each.box, each.score) for each in case.alarms["masses"]] == [((80, 80, 90, 90), 0.4)]
    malignant = case.detections["masses"]["malignant"]
    assert malignant.scores.tolist() == pytest.approx([0.9 * 0.75, 0.4 * 0.5])
    assert malignant.truth.tolist() == [[11, 11, 21, 21]]
    assert (case.positive, case.malignant, case.p_malignant, case.patient) == (True, True, 0.75, "woman 1")


def test_an_image_whose_lesion_has_no_place_counts_for_the_image_score_alone():
    case = judge(result("masses", finding(1, "mass", (10, 10, 20, 20), 0.9)), [Lesion("mass")], None)
    assert case.positive
    assert case.readings == {}


def test_an_image_without_the_spacing_that_a_rule_needs_is_named():
    found = result("calcifications", finding(1, "calcification", (10, 10, 20, 20), 0.9), spacing=None)
    with pytest.raises(InputError, match="has no pixel spacing, which the rule"):
        judge(found, [Lesion("calcification", point=(15, 15))], None)


def test_marks_on_other_lesions_are_neither_right_nor_false():
    truth = [Lesion("other", circle=(15, 15, 6))]
    case = judge(result("masses", finding(1, "mass", (10, 10, 20, 20), 0.9)), truth, None)
    reading = case.readings["masses"]
    assert reading.false.tolist() == []
    assert reading.is_free
    assert not reading.is_normal
    assert not case.positive
    assert case.alarms["masses"] == ()


def test_a_truth_of_clusters_alone_says_nothing_of_single_calcifications():
    found = result(
        "calcifications", finding(1, "calcification", (10, 10, 12, 12), 0.9), finding(2, "cluster", (8, 8, 30, 30), 0.8)
    )
    of_clusters = judge(found, [Lesion("cluster", circle=(18, 18, 12))], None)
    assert set(of_clusters.readings) == {"clusters"}
    assert of_clusters.readings["clusters"].found_at.tolist() == [0.8]
    of_points = judge(found, [Lesion("calcification", point=(11, 11))], None)
    assert set(of_points.readings) == {"calcifications"}
    assert of_points.readings["calcifications"].found_at.tolist() == [0.9]
    assert of_points.readings["calcifications"].area_cm2 == 1.2
    assert set(judge(found, [], None).readings) == {"clusters", "calcifications"}


def test_pixels_are_cut_at_the_threshold_and_counted_where_the_truth_has_areas():
    mask = np.zeros((100, 120), np.uint16)
    mask[10:20, 10:20], mask[50:60, 50:60] = 1, 2
    found = result(
        "masses", finding(1, "mass", (10, 10, 20, 20), 0.9), finding(2, "mass", (50, 50, 60, 60), 0.3), mask=mask
    )
    area = np.zeros((100, 120), bool)
    area[10:20, 15:25] = True
    case = judge(found, [Lesion("mass", mask=area)], None, threshold=0.5)
    assert (case.pixels.true_positive, case.pixels.false_positive, case.pixels.false_negative) == (50, 50, 50)
    assert judge(found, [Lesion("mass", box=(10, 15, 20, 25))], None).pixels is None
    assert case.readings["masses"].found_at.tolist() == [0.9]


def test_dice_of_a_lesion_found_is_that_of_its_best_mark():
    mask = np.zeros((100, 120), np.uint16)
    mask[10:20, 10:20], mask[10:20, 22:24], mask[50:60, 50:60] = 1, 3, 2
    area = np.zeros((100, 120), bool)
    area[10:20, 14:24] = True
    missed = np.zeros((100, 120), bool)
    missed[80:85, 80:85] = True
    found = result(
        "masses",
        finding(1, "mass", (10, 10, 20, 20), 0.9),
        finding(2, "mass", (50, 50, 60, 60), 0.8),
        finding(3, "mass", (10, 22, 20, 24), 0.7),
        mask=mask,
    )
    case = judge(found, [Lesion("mass", mask=area), Lesion("mass", mask=missed)], None)
    assert case.dice["masses"].tolist() == [[0.9, 2 * 60 / 200]]


def test_the_surest_mark_says_how_likely_an_image_is_malignant():
    marks = [finding(1, "mass", (0, 0, 9, 9), 0.3, 0.99), finding(2, "mass", (20, 20, 40, 40), 0.8, 0.2)]
    assert judge(result("masses", *marks), [], None).p_malignant == 0.2


def test_malignancy_is_that_of_the_lesions_looked_for():
    mass, cluster = Lesion("mass", "benign", box=(0, 0, 9, 9)), Lesion("cluster", "malignant", box=(0, 0, 9, 9))
    assert judge(result("masses"), [mass, cluster], None).malignant is False
    assert judge(result("masses"), [cluster], None).malignant is None
    assert judge(result("calcifications"), [mass, cluster], None).malignant is True


def test_labels_give_the_lesions_their_pixels():
    labels = np.zeros((100, 120), np.uint16)
    labels[10:12, 10:40] = labels[38:40, 10:40] = 3
    lesion = Lesion("mass", box=(10, 10, 40, 40), attributes={"id": "3"})
    found = result("masses", finding(1, "mass", (28, 28, 30, 30), 0.9))
    assert judge(found, [lesion], None, labels).readings["masses"].found_at.tolist() == [-np.inf]
    assert judge(found, [lesion], None).readings["masses"].found_at.tolist() == [0.9]


def test_another_rule_may_be_chosen():
    found = result("masses", finding(1, "mass", (14, 14, 16, 16), 0.9))
    truth = [Lesion("mass", box=(10, 10, 20, 20))]
    assert judge(found, truth, None).readings["masses"].found_at.tolist() == [0.9]
    assert judge(found, truth, None, rule="iou-0.2").readings["masses"].found_at.tolist() == [-np.inf]


def test_the_best_cuts_are_found_on_the_whole_image_though_a_part_was_looked_at():
    """Outside the part that was looked at the probability is 0; the lesson of Cobos: both cuts are shown."""
    truth = np.zeros((100, 120), bool)
    truth[30:50, 40:60] = True
    part = np.where(truth, 0.6, 0.2)[20:60, 30:80] + np.random.default_rng(0).normal(0, 0.12, (40, 50))
    part = part.clip(0, 1).astype(np.float32)
    found = replace(
        result("segment", finding(1, "mass", (30, 40, 50, 60), 0.9), mask=truth.astype(np.uint16)),
        probability=ProbabilityMap(part, (20, 30), (100, 120)),
    )
    case = judge(found, [Lesion("mass", mask=truth)], "woman 1")
    whole = np.zeros(truth.shape)
    whole[20:60, 30:80] = part
    scores = {each.name: each for each in best_cut_scores([case], 0, 0)}
    for rule, cut in Levels.of(whole, truth).chosen.items():
        score = scores[f"pixels, best cut by {rule}: {rule} pooled"]
        assert score.value == pytest.approx(getattr(Pixels.of(whole >= cut, truth), rule))
        assert f"at {cut:.2f} or above" in score.rule


def test_only_the_windows_of_masses_that_are_shown_count_for_the_best_cuts():
    truth = np.zeros((100, 120), bool)
    truth[30:50, 40:60] = True
    right, wrong = np.full((40, 50), 0.7, np.float32), np.full((10, 10), 0.9, np.float32)
    found = replace(
        result("segment", finding(1, "mass", (20, 30, 60, 80), 0.9), finding(2, "mass", (80, 90, 90, 100), 0.1)),
        mask=np.zeros(truth.shape, np.uint16),
        probability=ProbabilityMap(np.zeros((70, 70), np.float32), (20, 30), (100, 120)),
        windows={1: Window(right, (20, 30)), 2: Window(wrong, (80, 90))},
    )
    case = judge(found, [Lesion("mass", mask=truth)], "woman 1", threshold=0.5)
    counted = case.levels.at(0.5)
    assert (counted.true_positive, counted.false_positive) == (400, 40 * 50 - 400)
