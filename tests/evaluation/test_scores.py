"""Scores of many images: figures counted by hand, words always there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_mammoseg.evaluation.case import judge
from napari_mammoseg.evaluation.report import html
from napari_mammoseg.evaluation.scores import scores
from napari_mammoseg.findings import Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.kinds import Kind
from napari_mammoseg.mammogram import Lesion, Mammogram


def finding(number: int, kind: Kind, box, score: float, p: float | None = None) -> Finding:
    centre = ((box[0] + box[2] - 1) / 2, (box[1] + box[3] - 1) / 2)
    return Finding(number, kind, box, centre, score, p_malignant=p)


def result(pipeline: str, *found: Finding, score: float = 0.5) -> Findings:
    image = ImageRecord("x.png", "ab", 100, 120, (0.1, 0.1), None, None, None)
    return Findings(image, pipeline, ModelRecord("m"), score, found, RunRecord("1", {"threshold": 0.0}))


TRUTH = [Lesion("mass", "malignant", box=(10, 10, 20, 20))]


def eight_images() -> list:
    """Four masses, of which three are found at 0.9, 0.7 and 0.5; false marks at 0.8 and 0.6 on two free images."""
    hits = [
        judge(result("masses", finding(1, "mass", (10, 10, 20, 20), s, 0.9), score=s), TRUTH, f"p{s}")
        for s in (0.9, 0.7, 0.5)
    ]
    missed = judge(result("masses", score=0.0), TRUTH, "p-missed")
    alarms = [
        judge(result("masses", finding(1, "mass", (60, 60, 70, 70), s, 0.1), score=s), [], f"q{s}") for s in (0.8, 0.6)
    ]
    quiet = [judge(result("masses", score=0.0), [], f"quiet {n}") for n in range(2)]
    return [*hits, missed, *alarms, *quiet]


def named(cases, pipeline="masses", samples=50):
    return {
        (each.name, each.denominator.split(",")[1].strip() if "," in each.denominator else ""): each
        for each in scores(cases, pipeline, samples=samples)
    }


def test_sensitivities_follow_the_denominator():
    found = named(eight_images())
    assert found["masses: sensitivity at 0.125", "all images"].value == pytest.approx(2 / 4)
    assert found["masses: sensitivity at 0.25", "all images"].value == pytest.approx(3 / 4)
    assert found["masses: sensitivity at 0.25", "only images free of such lesions"].value == pytest.approx(2 / 4)
    assert found["masses: sensitivity at 0.5", "only images free of such lesions"].value == pytest.approx(3 / 4)


def test_breasts_are_told_by_both_views_together():
    """Two women, two views of each breast; the first has a malignant mass at the left, a benign one at the right."""

    def view(side: str, patient: str, p: float, score: float, truth=()):
        seen = result("masses", finding(1, "mass", (10, 10, 20, 20), score, p), score=score)
        return judge(replace(seen, image=replace(seen.image, laterality=side)), truth, patient)

    benign = [replace(TRUTH[0], label="benign")]
    cases = [
        *(view("L", "a", p, score, TRUTH) for p, score in ((0.9, 0.1), (0.4, 0.9))),  # together 0.71
        *(view("R", "a", p, score, benign) for p, score in ((0.6, 0.8), (0.5, 0.3))),  # together 0.55
        *(view(side, "b", 0.9, 0.5) for side in "LLRR"),
    ]
    found = {each.name: each for each in scores(cases, "masses", samples=0)}
    assert found["breasts: highest image score: AUC"].of == "2 positive, 2 negative"
    assert found["breasts: highest image score: AUC"].value == 1
    assert found["breasts: probability of malignancy: AUC"].value == 1
    assert found["breasts: masses found in any view at 0.25"].value == 1  # at 0.8 and 0.9, above the false marks' 0.5
    assert found["masses: sensitivity at 0.25"].value == 0.5
    assert found["breasts: masses found in any view at 0.25"].of == "2 breasts, 8 images"
    assert found["probability of malignancy: AUC"].value == pytest.approx(0.5)
    single = {each.name for each in scores(cases[:1] + cases[2:3], "masses", samples=0)}
    assert not any(each.startswith("breasts") for each in single)


def test_one_lesion_on_one_image_is_said_so():
    of = {each.of for each in scores(eight_images()[:1], "masses", samples=0) if "threshold" in each.denominator}
    assert "1 lesion, 1 image" in of


def test_the_threshold_as_it_is_gives_sensitivity_and_false_positives():
    found = {each.name: each for each in scores(eight_images(), "masses", samples=0)}
    assert found["masses: sensitivity"].value == pytest.approx(3 / 4)
    assert found["masses: false positives per image"].value == pytest.approx(2 / 8)
    assert "threshold 0.5" in found["masses: sensitivity"].denominator


def calcified(lesions, *scores: float, area_cm2: float | None = 50.0):
    marks = [finding(n, "calcification", (10 * n, 10, 10 * n + 2, 12), each) for n, each in enumerate(scores, start=1)]
    summary = {} if area_cm2 is None else {"breast_area_cm2": area_cm2}
    return judge(replace(result("calcifications", *marks), summary=summary), lesions, f"p{scores}{lesions}")


def test_false_marks_of_free_tissue_are_counted_by_its_area():
    point = Lesion("calcification", point=(10.5, 10.5))
    cases = [calcified([point], 0.9, 0.8, 0.7), calcified([], 0.8, 0.6, 0.1), calcified([], 0.95)]
    found = [each for each in scores(cases, "calcifications", samples=0) if "free of such" in each.denominator]
    at = {each.name.removeprefix("calcifications: "): each for each in found}
    assert at["false positives per cm² of breast"].value == pytest.approx(3 / 100)
    assert "0.5" in at["false positives per cm² of breast"].denominator
    assert "100 cm²" in at["sensitivity at 0.1"].of
    assert at["sensitivity at 0.1"].value == 1
    unknown = scores([calcified([], 0.8, area_cm2=None)], "calcifications", samples=0)
    assert not [each for each in unknown if "cm²" in each.name]


def test_dice_at_a_rate_is_that_of_the_lesions_found_there():
    mask = np.zeros((100, 120), np.uint16)
    mask[10:12, 10:12], mask[20:22, 10:12], mask[70:72, 10:12] = 1, 2, 3
    marks = [
        finding(n, "calcification", (r, 10, r + 2, 12), s) for n, r, s in ((1, 10, 0.9), (2, 20, 0.3), (3, 70, 0.6))
    ]
    lesions = [np.isin(mask, 1), np.isin(mask, 2) & (np.arange(120) < 11)]
    truth = [Lesion("calcification", mask=each) for each in lesions]
    found = replace(result("calcifications", *marks), mask=mask, summary={"breast_area_cm2": 1.0})
    told = scores([judge(found, truth, "p")], "calcifications", samples=0)
    at = {each.name: each.value for each in told if "cm²" in each.denominator}
    assert at["calcifications: Dice of those found at 0.4"] == 1
    assert at["calcifications: Dice of those found at 1"] == pytest.approx((1 + 2 * 2 / 6) / 2)


def test_average_precision_and_auc_are_those_counted_by_hand():
    found = {each.name: each.value for each in scores(eight_images(), "masses", samples=0)}
    # by falling score: right, false, right, false, right; one of four never found
    assert found["masses: AP"] == pytest.approx((1 + 2 / 3 + 3 / 5) / 4)
    pairs = [s > n for s in (0.9, 0.7, 0.5) for n in (0.8, 0.6, 0, 0)] + [0, 0, 0.5, 0.5]
    assert found["image score: AUC"] == pytest.approx(sum(pairs) / 16)
    assert "benign masses: AP" not in found


def test_every_score_says_rule_denominator_and_what_it_is_of_and_lies_in_its_interval():
    for score in scores(eight_images(), "masses", samples=200):
        assert score.rule
        assert score.denominator
        assert any(each.isdigit() for each in score.of)
        low, high = score.interval
        assert low <= score.value <= high or np.isnan(score.value)


def test_classes_have_their_own_precision_and_a_mean():
    found = result(
        "masses", finding(1, "mass", (10, 10, 20, 20), 0.9, 0.8), finding(2, "mass", (60, 60, 70, 70), 0.8, 0.1)
    )
    truth = [*TRUTH, Lesion("mass", "benign", box=(60, 60, 70, 70))]
    values = {each.name: each.value for each in scores([judge(found, truth, "p")], "masses")}
    assert values["malignant masses: AP"] == values["benign masses: AP"] == values["mean of classes, masses: AP"] == 1


def test_no_lesion_gives_no_sensitivity_and_no_pictures():
    assert scores([judge(result("masses"), [], "p")], "masses") == []


def test_the_report_shows_scores_curves_and_the_worst_places():
    cases = eight_images()
    picture = Mammogram.of(np.random.default_rng(0).random((100, 120), np.float32))
    page = html(cases, scores(cases, "masses", samples=10), "masses", {"truth": "<b>"}, lambda case: picture)
    assert page.count("<svg") == 4
    assert page.count("data:image/jpeg;base64,") == 4 + 2
    assert "never found" in page
    assert "&lt;b&gt;" in page
    blind = html(cases, [], "masses", {}, lambda case: None)
    assert "could not be opened again" in blind
