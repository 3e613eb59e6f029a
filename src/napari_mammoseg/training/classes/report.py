"""What a classifier of named classes says of masses and healthy places: figures for the log, tables with intervals."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg import files
from napari_mammoseg.evaluation import roc
from napari_mammoseg.evaluation.bootstrap import interval
from napari_mammoseg.kinds import CLASSES
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.masses.classes import of_mass, probabilities
from napari_mammoseg.training.classes.masses import Mass


@dataclass(frozen=True, slots=True)
class Verdict:
    """A mass, or a healthy place, and the probabilities of `CLASSES` that it got."""

    mass: Mass
    said: tuple[float, ...]

    @property
    def best(self) -> str:
        return CLASSES[int(np.argmax(self.said))]

    @property
    def right(self) -> bool:
        return self.best == self.mass.label

    @property
    def malignancy(self) -> float:
        """Probability that it is malignant if it is a mass."""
        return float(of_mass(np.array([self.said]))[0])


def verdicts(model: Model, masses: Sequence[Mass], answers: NDArray[np.float64]) -> list[Verdict]:
    """answers: (masses, outputs), of the network."""
    return [
        Verdict(mass, tuple(said)) for mass, said in zip(masses, probabilities(model, answers).tolist(), strict=True)
    ]


def accuracy(given: Sequence[Verdict]) -> float:
    """Share of the right classes; nan without any."""
    return _share(each.right for each in given)


def sensitivity(given: Sequence[Verdict]) -> float:
    """Share of the malignant masses that are called so: the recall of malignancy."""
    return _share(each.right for each in given if each.mass.malignant)


def specificity(given: Sequence[Verdict]) -> float:
    """Share of the others that are not called malignant."""
    return _share(each.best != "malignant" for each in given if not each.mass.malignant)


def recall(given: Sequence[Verdict]) -> float:
    """The mean over the classes of the share of each that is called so."""
    labels = sorted({each.mass.label for each in given})
    return float(np.mean([_share(each.right for each in given if each.mass.label == label) for label in labels]))


def normality(given: Sequence[Verdict]) -> float:
    """Share of those that are rightly called normal or not; nan where nothing is normal."""
    if not any(each.mass.label == "normal" for each in given):
        return float("nan")
    return _share((each.best == "normal") == (each.mass.label == "normal") for each in given)


def area(given: Sequence[Verdict]) -> float:
    """Area under the ROC curve, malignant against benign masses, by scores and not by classes."""
    masses = [each for each in given if each.mass.label != "normal"]
    return roc.auc([each.malignancy for each in masses], [each.mass.malignant for each in masses])


MEASURES: dict[str, Callable[[Sequence[Verdict]], float]] = {
    "accuracy": accuracy,
    "recall": recall,
    "sensitivity": sensitivity,
    "specificity": specificity,
    "normal or not": normality,
    "AUC": area,
}


def figures(given: Sequence[Verdict]) -> dict[str, float]:
    """Every measure over all data sets, and the AUC of each."""
    found = {name: measure(given) for name, measure in MEASURES.items()}
    return found | {f"{name} AUC": area(of_set) for name, of_set in _by_set(given).items()}


def write(given: Sequence[Verdict], out: Path) -> None:
    """`answers.csv`, a row per mass, and `scores.csv`: each measure with its 95 % interval over patients."""
    rows = [
        [each.mass.film.data_set, each.mass.film.name, each.mass.film.patient, each.mass.label, *np.round(each.said, 4)]
        for each in given
    ]
    _table(out / "answers.csv", ["data_set", "image", "patient", "label", *CLASSES], rows)
    scores = [
        [
            name,
            *(sum(each.mass.label == label for each in chosen) for label in CLASSES),
            measure,
            *_scored(chosen, score),
        ]
        for name, chosen in {"all": list(given), **_by_set(given)}.items()
        for measure, score in MEASURES.items()
    ]
    _table(out / "scores.csv", ["data_set", *CLASSES, "measure", "value", "low", "high"], scores)


def _scored(given: Sequence[Verdict], measure: Callable[[Sequence[Verdict]], float]) -> tuple[str, str, str]:
    between = interval(given, [each.mass.film.patient for each in given], measure)
    low, high = between or (float("nan"),) * 2
    return f"{measure(given):.4f}", f"{low:.4f}", f"{high:.4f}"


def _by_set(given: Sequence[Verdict]) -> dict[str, list[Verdict]]:
    names = dict.fromkeys(each.mass.film.data_set for each in given)
    return {name: [each for each in given if each.mass.film.data_set == name] for name in names}


def _share(which: Iterable[bool]) -> float:
    found = list(which)
    return sum(found) / len(found) if found else float("nan")


def _table(path: Path, head: list[str], rows: list[list[object]]) -> None:
    with files.atomic(path) as temporary, temporary.open("w", newline="") as file:
        csv.writer(file).writerows([head, *rows])
