"""Figures of classifiers, against counts by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from napari_mammoseg.training.classes.masses import Mass
from napari_mammoseg.training.classes.report import Verdict, figures, write
from napari_mammoseg.training.masses.films import MassFilm

EMPTY = np.empty((0, 4))
SAID = [
    ("normal", (0.8, 0.1, 0.1)),
    ("normal", (0.2, 0.2, 0.6)),
    ("benign", (0.1, 0.7, 0.2)),
    ("benign", (0.6, 0.3, 0.1)),
    ("malignant", (0.1, 0.2, 0.7)),
    ("malignant", (0.5, 0.3, 0.2)),
]


def given() -> list[Verdict]:
    pixels = np.zeros((2, 2), np.uint8)
    films = [MassFilm("mias", f"f{i}", f"w{i}", pixels, pixels, EMPTY, np.array([]), EMPTY) for i in range(len(SAID))]
    return [Verdict(Mass(film, np.zeros(4), label), said) for film, (label, said) in zip(films, SAID, strict=True)]


def test_figures_are_those_counted_by_hand() -> None:
    found = figures(given())
    assert found["accuracy"] == pytest.approx(3 / 6)
    assert found["recall"] == pytest.approx(1 / 2)
    assert found["sensitivity"] == pytest.approx(1 / 2)
    assert found["specificity"] == pytest.approx(3 / 4)
    # malignant of malignant or benign: benign 2/9 and 1/4, malignant 7/9 and 2/5; both above both
    assert found["AUC"] == found["mias AUC"] == 1.0


def test_the_tables_name_data_denominators_and_intervals(tmp_path: Path) -> None:
    write(given(), tmp_path)
    rows = list(csv.DictReader((tmp_path / "scores.csv").open()))
    accuracy = next(row for row in rows if row["data_set"] == "mias" and row["measure"] == "accuracy")
    assert [accuracy[each] for each in ("normal", "benign", "malignant")] == ["2", "2", "2"]
    assert float(accuracy["low"]) < float(accuracy["value"]) < float(accuracy["high"])
    answers = list(csv.DictReader((tmp_path / "answers.csv").open()))
    assert len(answers) == len(SAID)
    assert answers[0]["patient"] == "w0"
