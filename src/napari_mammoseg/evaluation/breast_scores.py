"""Scores of breasts, where some have several images: found in any view, and what the views say together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.evaluation.bootstrap import intervals
from napari_mammoseg.evaluation.case import Case
from napari_mammoseg.evaluation.froc import AT_MOST, RATES, limits
from napari_mammoseg.evaluation.image_scores import LESION, MALIGNANT, Item, roc_scores
from napari_mammoseg.evaluation.matching import rule as rule_called
from napari_mammoseg.evaluation.score import Score, counted
from napari_mammoseg.evaluation.views import malignancy_together
from napari_mammoseg.pipeline_table import PIPELINES, Target

Breast = Sequence[Case]
"""The images of a breast whose patient and side are known."""


def breast_scores(cases: Sequence[Case], pipeline: str, rule: str | None, samples: int, seed: int) -> Iterator[Score]:
    """Sensitivity, AUC and accuracy of breasts; none where each breast has one image alone."""
    breasts = _breasts(cases)
    if all(len(each) == 1 for each in breasts):
        return
    for target in PIPELINES[pipeline].targets:
        if "images" in target.denominators:
            yield from _found_scores(breasts, target, rule or target.rule, samples, seed)
    any_lesion = [
        Item(max(each.image_score for each in views), any(each.positive for each in views), views[0].patient)
        for views in breasts
    ]
    yield from roc_scores("breasts: highest image score", "breast", LESION, any_lesion, samples, seed)
    malignant = [_malignancy(each) for each in breasts]
    judged = [each for each in malignant if each is not None]
    yield from roc_scores("breasts: probability of malignancy", "breast", MALIGNANT, judged, samples, seed)


def _breasts(cases: Sequence[Case]) -> list[list[Case]]:
    found: dict[tuple[str, str], list[Case]] = {}
    for each in cases:
        if each.laterality is not None and not each.alone:
            found.setdefault((each.patient, each.laterality), []).append(each)
    return list(found.values())


def _malignancy(breast: Breast) -> Item | None:
    """None where no finding was judged, or the truth has no label."""
    judged = [each.p_malignant for each in breast if each.p_malignant is not None]
    labels = [each.malignant for each in breast if each.malignant is not None]
    return Item(malignancy_together(judged), any(labels), breast[0].patient) if judged and labels else None


def _found_scores(breasts: Sequence[Breast], target: Target, rule: str, samples: int, seed: int) -> Iterator[Score]:
    """The share of breasts with lesions in which at least one is found in at least one view."""
    known = [[each for each in views if target.name in each.readings] for views in breasts]
    known = [views for views in known if views]
    with_lesion = len(_found_at(target.name, known))
    if not with_lesion:
        return
    statistics = partial(_at_rates, target.name)
    between = intervals(known, [views[0].patient for views in known], statistics, samples, seed=seed)
    of = f"{counted(with_lesion, 'breast')}, {counted(sum(map(len, known)), 'image')}"
    words = f"false positives per image, all images of these breasts, {AT_MOST}"
    for rate, value, interval in zip(RATES, statistics(known), between, strict=True):
        yield Score(
            f"breasts: {target.name} found in any view at {rate:g}", value, rule_called(rule).words, words, of, interval
        )


def _at_rates(target: str, breasts: Sequence[Breast]) -> list[float]:
    highest = limits([each.readings[target] for views in breasts for each in views], "images", RATES)
    found_at = _found_at(target, breasts)
    return [float((found_at > limit).mean()) if found_at.size else float("nan") for limit in highest]


def _found_at(target: str, breasts: Sequence[Breast]) -> NDArray[np.float64]:
    """The score at which the first lesion of each breast with lesions is found, in any view."""
    scores = [np.concatenate([each.readings[target].found_at for each in views]) for views in breasts]
    return np.array([each.max() for each in scores if each.size])
