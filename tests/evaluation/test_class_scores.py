"""Benign, malignant, normal: counted by hand, against scikit-learn, and only where the truth says something."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics

from napari_mammoseg.evaluation.answers import Answer, answers, true_of_image
from napari_mammoseg.evaluation.case import located
from napari_mammoseg.evaluation.class_scores import class_scores, reliability
from napari_mammoseg.findings import Box, Finding, Findings, ImageRecord, ModelRecord, RunRecord
from napari_mammoseg.mammogram import Lesion


def answer(truth: str, p: float, said: str = "benign", level="boxes", patient: str = "a") -> Answer:
    return Answer(level, truth, said, p, patient)


def test_scores_are_those_of_scikit_learn() -> None:
    random = np.random.default_rng(0)
    malignant = random.random(200) < 0.3
    p = np.clip(random.normal(0.4 + 0.2 * malignant, 0.2), 0, 1)
    given = [
        answer("malignant" if bad else "benign", float(each), patient=str(number // 2))
        for number, (bad, each) in enumerate(zip(malignant, p, strict=True))
    ]
    found = {each.name: each for each in class_scores(given, samples=200)}
    said = p >= 0.5
    wanted = {
        "AUC": metrics.roc_auc_score(malignant, p),
        "accuracy at 0.5": metrics.accuracy_score(malignant, said),
        "sensitivity at 0.5": metrics.recall_score(malignant, said),
        "specificity at 0.5": metrics.recall_score(~malignant, ~said),
        "mean recall at 0.5": metrics.balanced_accuracy_score(malignant, said),
    }
    for name, value in wanted.items():
        score = found[f"boxes: {name}"]
        assert score.value == pytest.approx(value)
        assert score.interval[0] < value < score.interval[1]
        assert score.of == f"{malignant.sum()} malignant, {(~malignant).sum()} benign, 0 normal"
    assert not any("normal too" in name or "three" in name for name in found)


def test_calibration_is_the_distance_of_what_is_said_from_what_is() -> None:
    honest = [answer("malignant", 0.25), *[answer("benign", 0.25)] * 3]
    boastful = [answer("malignant", 0.95), *[answer("benign", 0.95)] * 3]
    first, second = ({each.name: each.value for each in class_scores(given, samples=0)} for given in (honest, boastful))
    assert first["boxes: calibration error"] == pytest.approx(0)
    assert second["boxes: calibration error"] == pytest.approx(0.7)
    assert second["boxes: calibration error, either half"] == pytest.approx(0.45)
    (only,) = reliability(boastful)
    assert (only.low, only.high, only.answers, only.mean, only.malignant) == (0.9, 1.0, 4, 0.95, 0.25)


def test_normal_ones_count_against_malignant_and_as_a_class_of_their_own() -> None:
    given = [
        answer("malignant", 0.9, "malignant", "images"),
        answer("benign", 0.1, "normal", "images"),
        answer("normal", 0.95, "malignant", "images"),
        answer("normal", 0.0, "normal", "images"),
    ]
    found = {each.name: each.value for each in class_scores(given, samples=0)}
    assert found["images: AUC"] == 1
    assert found["images, normal too: AUC"] == pytest.approx(2 / 3)
    assert found["images, three classes: accuracy"] == 0.5
    assert found["images, three classes: recall of normal"] == 0.5
    assert found["images, three classes: mean recall"] == pytest.approx((1 + 0 + 0.5) / 3)


def result(*boxes: Box, drawn: bool) -> Findings:
    regions = tuple(
        Finding(number, "region", box, (0.0, 0.0), 0.7, label="malignant", p_malignant=0.7)
        for number, box in enumerate(boxes, start=1)
    )
    run = RunRecord("1", {}, boxes=boxes if drawn else None)
    return Findings(
        ImageRecord("x", None, 90, 90, None, None, None, None), "classify", ModelRecord("m"), 0.7, regions, run
    )


def test_a_box_is_held_against_the_mass_in_it_and_one_beside_all_lesions_is_normal() -> None:
    lesions = located([Lesion("mass", "malignant", circle=(20, 20, 10)), Lesion("other", None, box=(60, 60, 80, 80))])
    boxes = ((10, 10, 31, 31), (10, 10, 80, 80), (60, 60, 80, 80), (0, 60, 20, 80))
    assert [each.truth for each in answers(result(*boxes, drawn=True), lesions, "a")] == ["malignant", "normal"]
    somewhere = [*lesions, (Lesion("mass", "benign"), None)]
    assert [each.truth for each in answers(result(*boxes, drawn=True), somewhere, "a")] == ["malignant"]


def test_an_image_is_what_the_worst_of_its_masses_is() -> None:
    benign, malignant, unknown, other = (
        Lesion("mass", "benign"),
        Lesion("mass", "malignant"),
        Lesion("mass"),
        Lesion("other", "benign"),
    )
    assert true_of_image([benign, malignant, unknown]) == "malignant"
    assert true_of_image([benign, other]) == "benign"
    assert true_of_image([benign, unknown]) is None
    assert true_of_image([other]) is None
    assert true_of_image([]) == "normal"
