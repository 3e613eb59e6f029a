"""Scores of whole images: is there a lesion, is one malignant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from napari_mammoseg.evaluation import roc
from napari_mammoseg.evaluation.bootstrap import intervals
from napari_mammoseg.evaluation.case import Case
from napari_mammoseg.evaluation.score import Score

LESION = ("with a lesion", "without one")
MALIGNANT = ("with a malignant lesion", "with only benign lesions")


@dataclass(frozen=True, slots=True)
class Item:
    """What a score says of an image or a breast, and what is true."""

    value: float
    positive: bool
    patient: str


def image_scores(cases: Sequence[Case], samples: int, seed: int) -> Iterator[Score]:
    """AUC and accuracy of images."""
    any_lesion = [Item(each.image_score, each.positive, each.patient) for each in cases]
    yield from roc_scores("image score", "image", LESION, any_lesion, samples, seed)
    malignant = [
        Item(each.p_malignant, each.malignant, each.patient)
        for each in cases
        if each.p_malignant is not None and each.malignant is not None
    ]
    yield from roc_scores("probability of malignancy", "image", MALIGNANT, malignant, samples, seed)


def roc_scores(
    name: str, unit: str, sorts: tuple[str, str], items: Sequence[Item], samples: int, seed: int
) -> Iterator[Score]:
    """AUC and accuracy at 0.5 of items (`unit`: image, breast) of two sorts; none where all are of one."""
    positives = sum(each.positive for each in items)
    if not 0 < positives < len(items):
        return

    def both(drawn: list[Item]) -> list[float]:
        values, truth = [each.value for each in drawn], [each.positive for each in drawn]
        return [roc.auc(values, truth), roc.accuracy(values, truth)]

    between = intervals(items, [each.patient for each in items], both, samples, seed=seed)
    area, accuracy = both(list(items))
    of = f"{positives} positive, {len(items) - positives} negative"
    words = f"{'an' if unit == 'image' else 'a'} {unit} {sorts[0]} against one {sorts[1]}"
    yield Score(f"{name}: AUC", area, words, f"pairs of {unit}s, ties count half", of, between[0])
    yield Score(f"{name}: accuracy at 0.5", accuracy, words, f"all {unit}s", of, between[1])
