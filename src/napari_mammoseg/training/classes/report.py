"""What a classifier of named classes says of masses and healthy places: figures for the log, tables with intervals."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg import files
from napari_mammoseg.evaluation.answers import Answer
from napari_mammoseg.evaluation.class_scores import class_scores
from napari_mammoseg.kinds import CLASSES
from napari_mammoseg.training.classes.masses import Mass

ALL = "all"
"""All data sets as one."""
Probabilities = NDArray[np.float64]


def given(masses: Sequence[Mass], said: Probabilities) -> Mapping[str, list[Answer]]:
    """The answers of each data set and of all. said: (masses, 3), the probabilities of `CLASSES`."""
    labels = [CLASSES[index] for index in said.argmax(axis=1)]
    found: dict[str, list[Answer]] = {ALL: []}
    for mass, label, malignant in zip(masses, labels, said[:, -1].tolist(), strict=True):
        answer = Answer("boxes", mass.label, label, malignant, mass.film.patient)
        for name in (ALL, mass.film.data_set):
            found.setdefault(name, []).append(answer)
    return found


def accuracy(answers: Sequence[Answer]) -> float:
    """Share of the right labels."""
    return float(np.mean([each.said == each.truth for each in answers]))


def normality(answers: Sequence[Answer]) -> float:
    """Share of those that are rightly called normal or not."""
    return float(np.mean([(each.said == "normal") == (each.truth == "normal") for each in answers]))


def figures(masses: Sequence[Mass], said: Probabilities) -> dict[str, float]:
    """The scores of all data sets, without intervals, and the area under the ROC curve of each."""
    found: dict[str, float] = {}
    for name, answers in given(masses, said).items():
        scores = {each.name: each.value for each in class_scores(answers, samples=0)}
        found |= scores if name == ALL else {f"{name} {each}": scores[each] for each in scores if each == "boxes: AUC"}
    answered = given(masses, said)[ALL]
    if any(each.truth == "normal" for each in answered):
        found["normal or not: accuracy"] = normality(answered)
    return found


def write(masses: Sequence[Mass], said: Probabilities, out: Path) -> None:
    """`answers.csv`, one row per mass, and `scores.csv`: each score with its 95 % interval over patients."""
    rows = [
        [each.film.data_set, each.film.name, each.film.patient, each.label, *np.round(one, 4)]
        for each, one in zip(masses, said.tolist(), strict=True)
    ]
    _table(out / "answers.csv", ["data_set", "image", "patient", "label", *CLASSES], rows)
    scores = [
        [name, each.name, f"{each.value:.4f}", *_ends(each.interval), each.of]
        for name, answers in given(masses, said).items()
        for each in class_scores(answers)
    ]
    _table(out / "scores.csv", ["data_set", "score", "value", "low", "high", "of"], scores)


def _ends(interval: tuple[float, float] | None) -> tuple[str, str]:
    return ("", "") if interval is None else (f"{interval[0]:.4f}", f"{interval[1]:.4f}")


def _table(path: Path, head: list[str], rows: Sequence[Sequence[object]]) -> None:
    with files.atomic(path) as temporary, temporary.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
