"""Figures of classifiers, against counts by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from napari_mammoseg.training.classes.masses import Mass
from napari_mammoseg.training.classes.report import figures, write
from napari_mammoseg.training.masses.films import MassFilm

EMPTY = np.empty((0, 4))
SAID = np.array(
    [(0.8, 0.1, 0.1), (0.2, 0.2, 0.6), (0.1, 0.7, 0.2), (0.6, 0.3, 0.1), (0.1, 0.2, 0.7), (0.45, 0.3, 0.25)]
)


@pytest.fixture
def masses() -> list[Mass]:
    """Two normal places, two benign masses, two malignant ones."""
    pixels = np.zeros((2, 2), np.uint8)
    films = [MassFilm("mias", f"f{i}", f"w{i}", pixels, pixels, EMPTY, np.array([]), EMPTY) for i in range(len(SAID))]
    labels = ["normal", "normal", "benign", "benign", "malignant", "malignant"]
    return [Mass(film, np.zeros(4), label) for film, label in zip(films, labels, strict=True)]


def test_figures_are_those_counted_by_hand(masses: list[Mass]) -> None:
    found = figures(masses, SAID)
    assert found["boxes, three classes: accuracy"] == pytest.approx(3 / 6)
    assert found["normal or not: accuracy"] == pytest.approx(3 / 6)
    assert found["boxes: AUC"] == found["mias boxes: AUC"] == 1.0


def test_the_tables_name_data_denominators_and_intervals(masses: list[Mass], tmp_path: Path) -> None:
    write(masses, SAID, tmp_path)
    rows = list(csv.DictReader((tmp_path / "scores.csv").open()))
    wanted = {"data_set": "mias", "score": "boxes, three classes: accuracy"}
    accuracy = next(row for row in rows if wanted.items() <= row.items())
    assert accuracy["of"] == "2 malignant, 2 benign, 2 normal"
    assert float(accuracy["low"]) < float(accuracy["value"]) < float(accuracy["high"])
    answers = list(csv.DictReader((tmp_path / "answers.csv").open()))
    assert [row["label"] for row in answers] == [each.label for each in masses]
    assert answers[0]["patient"] == "w0"
