"""The scores of outlines over many images: distances in mm of those found, and the average precision of masks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import numpy as np

from napari_mammoseg.evaluation.average_precision import METHODS
from napari_mammoseg.evaluation.bootstrap import intervals
from napari_mammoseg.evaluation.case import Case
from napari_mammoseg.evaluation.matching import rule as rule_called
from napari_mammoseg.evaluation.outlined import METHOD
from napari_mammoseg.evaluation.score import Score, counted

DISTANCES = ("95 % Hausdorff distance, mm", "mean surface distance, mm")


def outline_scores(cases: Sequence[Case], target: str, rule: str, samples: int, seed: int) -> Iterator[Score]:
    """Of the images whose result has labels and whose lesions are all outlined."""
    known = [each for each in cases if target in each.outlines]
    lesions = sum(each.outlines[target].hits[0].lesions for each in known)
    if not lesions:
        return
    patients = [each.patient for each in known]
    precision = partial(_precision, target)
    between = intervals(known, patients, precision, samples, seed=seed)
    words = METHODS[METHOD].words.replace("IoU 0.50", "IoU of the masks 0.50")
    of = f"{counted(lesions, 'lesion')}, {counted(len(known), 'image')}"
    denominator = "all images; a second mask on the same lesion is a false positive"
    yield Score(f"{target}: {METHOD} of masks", precision(known)[0], words, denominator, of, between[0])
    yield from _distances(known, target, rule, samples, seed)


def _distances(known: Sequence[Case], target: str, rule: str, samples: int, seed: int) -> Iterator[Score]:
    found = sum(len(_shown(target, each)) for each in known)
    if not found:
        return
    statistics = partial(_means, target)
    between = intervals(known, [each.patient for each in known], statistics, samples, seed=seed)
    of = counted(found, "lesion")
    for name, value, interval in zip(DISTANCES, statistics(known), between, strict=True):
        denominator = "mean of the lesions found at the threshold"
        yield Score(f"{target}: {name}", value, rule_called(rule).words, denominator, of, interval)


def _precision(target: str, cases: Sequence[Case]) -> list[float]:
    return [METHODS[METHOD].of([each.outlines[target].hits for each in cases])]


def _means(target: str, cases: Sequence[Case]) -> list[float]:
    shown = np.concatenate([_shown(target, each) for each in cases])
    return shown.mean(axis=0).tolist() if len(shown) else [float("nan")] * len(DISTANCES)


def _shown(target: str, case: Case) -> np.ndarray:
    """Both distances of each lesion found at the threshold: (n, 2)."""
    apart = case.outlines[target].apart
    return apart[apart[:, 0] >= case.threshold, 1:]
