"""Benign or malignant: each mark is shown to the classifier in the middle of its picture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from napari_mammoseg.models import Calibration, Facts, Model
from napari_mammoseg.pipelines.masses import classes as mass_classes
from napari_mammoseg.pipelines.masses.classes import classified, view
from napari_mammoseg.pipelines.masses.marks import Marks
from napari_mammoseg.run import Run

MODEL = Model("c", "classify", "", facts=Facts(side=32, context=2.0, calibration=Calibration({"logit": 2.0}, 1.0)))


def test_the_box_fills_the_middle_of_the_view() -> None:
    picture = np.zeros((200, 100), np.float32)
    picture[40:80, 30:50] = 1
    seen = view(MODEL, picture, np.array([40.0, 30, 80, 50]))
    assert seen.shape == (32, 32)
    assert (seen[9:23, 13:19] == 1).all()
    assert seen.mean() == pytest.approx(40 * 20 / 80**2, abs=0.02)


def test_beyond_the_picture_there_is_no_tissue() -> None:
    picture = np.full((60, 60), 0.5, np.float32)
    picture[30, 30] = -0.8
    seen = view(MODEL, picture, np.array([0.0, 0, 20, 20]))
    assert seen[0, 0] == pytest.approx(-0.8)
    assert seen[20, 20] == pytest.approx(0.5)


def test_every_mark_gets_what_the_network_says_of_its_own_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def network(batch: np.ndarray) -> list[np.ndarray]:
        assert len(batch) <= mass_classes.AT_ONCE
        return [batch[:, :, 16, 16]]

    monkeypatch.setattr(mass_classes, "compiled", lambda *rest: network)
    picture = np.repeat(np.linspace(-1, 1, 400, dtype=np.float32)[:, None], 50, axis=1)
    rows = np.arange(20, 380, 15.0)
    boxes = np.stack([rows, rows * 0 + 20, rows + 1, rows * 0 + 21], axis=1)
    found = classified(MODEL, picture, Marks(boxes, rows, rows * 0), Run())
    logits = 2 * np.interp(rows + 0.5, np.arange(400) + 0.5, picture[:, 0]) + 1
    assert found.p_malignant == pytest.approx(1 / (1 + np.exp(-logits)), abs=0.01)
    assert np.array_equal(found.scores, rows)


def test_no_marks_are_no_trouble() -> None:
    none = Marks(np.empty((0, 4)), np.empty(0), np.empty(0))
    assert classified(MODEL, np.zeros((9, 9), np.float32), none, Run()) is none


def test_answers_are_put_to_their_classes_and_p_malignant_is_that_of_a_mass() -> None:
    logits = np.log(np.array([[0.5, 0.3, 0.2]]))
    three = replace(MODEL, facts=Facts(side=32, classes=("malignant", "normal", "benign")))
    assert mass_classes.probabilities(three, logits)[0] == pytest.approx([0.3, 0.2, 0.5])
    two = replace(MODEL, facts=Facts(side=32, classes=("benign", "malignant")))
    assert mass_classes.probabilities(two, logits[:, 1:])[0] == pytest.approx([0, 0.6, 0.4])
    one = mass_classes.probabilities(MODEL, np.array([[-0.5]]))[0]
    assert one == pytest.approx([0, 0.5, 0.5])
