"""Scores of whole images and of whole breasts: is there a lesion, is one malignant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from napari_mammoseg.evaluation import roc
from napari_mammoseg.evaluation.bootstrap import intervals
from napari_mammoseg.evaluation.case import Case
from napari_mammoseg.evaluation.score import Score
from napari_mammoseg.evaluation.views import likeliest, malignancy_together


@dataclass(frozen=True, slots=True)
class _Item:
    """What a score says of an image or a breast, and what is true."""

    value: float
    positive: bool
    patient: str


def image_scores(cases: Sequence[Case], samples: int, seed: int) -> Iterator[Score]:
    """AUC and accuracy of images; of breasts, too, where some have several images."""
    any_lesion = [_Item(each.image_score, each.positive, each.patient) for each in cases]
    yield from _roc_scores("image score", "image", ("with a lesion", "without one"), any_lesion, samples, seed)
    malignant = [
        _Item(each.p_malignant, each.malignant, each.patient)
        for each in cases
        if each.p_malignant is not None and each.malignant is not None
    ]
    what = ("with a malignant lesion", "with only benign lesions")
    yield from _roc_scores("probability of malignancy", "image", what, malignant, samples, seed)
    breasts = _breasts(cases)
    if any(len(each) > 1 for each in breasts):
        yield from _breast_scores(breasts, samples, seed)


def _breasts(cases: Sequence[Case]) -> list[list[Case]]:
    """The images of each breast whose woman and side are known."""
    found: dict[tuple[str, str], list[Case]] = {}
    for each in cases:
        if each.laterality is not None and not each.alone:
            found.setdefault((each.patient, each.laterality), []).append(each)
    return list(found.values())


def _breast_scores(breasts: Sequence[Sequence[Case]], samples: int, seed: int) -> Iterator[Score]:
    """As an exam puts the images of a breast together."""
    any_lesion = [
        _Item(likeliest([each.image_score for each in views]), any(each.positive for each in views), views[0].patient)
        for views in breasts
    ]
    what = ("with a lesion", "without one")
    yield from _roc_scores("breasts: highest image score", "breast", what, any_lesion, samples, seed)
    malignant = []
    for views in breasts:
        judged = [each.p_malignant for each in views if each.p_malignant is not None]
        labels = [each.malignant for each in views if each.malignant is not None]
        if judged and labels:
            malignant.append(_Item(malignancy_together(judged), any(labels), views[0].patient))
    what = ("with a malignant lesion", "with only benign lesions")
    yield from _roc_scores("breasts: probability of malignancy", "breast", what, malignant, samples, seed)


def _roc_scores(
    name: str, unit: str, what: tuple[str, str], items: Sequence[_Item], samples: int, seed: int
) -> Iterator[Score]:
    positives = sum(each.positive for each in items)
    if not 0 < positives < len(items):
        return

    def both(drawn: list[_Item]) -> list[float]:
        values, truth = [each.value for each in drawn], [each.positive for each in drawn]
        return [roc.auc(values, truth), roc.accuracy(values, truth)]

    between = intervals(items, [each.patient for each in items], both, samples, seed=seed)
    area, accuracy = both(list(items))
    of = f"{positives} positive, {len(items) - positives} negative"
    words = f"{'an' if unit == 'image' else 'a'} {unit} {what[0]} against one {what[1]}"
    yield Score(f"{name}: AUC", area, words, f"pairs of {unit}s, ties count half", of, between[0])
    yield Score(f"{name}: accuracy at 0.5", accuracy, words, f"all {unit}s", of, between[1])
