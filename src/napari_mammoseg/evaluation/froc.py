"""FROC: lesions found against false positives, over many images, with a named denominator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.evaluation.matching import Matched
from napari_mammoseg.pipeline_table import Denominator

RATES = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
RATES_PER_CM2 = (0.1, 0.2, 0.4, 1.0, 2.0, 4.0)
AT_MOST = "the best threshold with at most that many"
"""Which threshold the sensitivity at a rate is of."""
PER_AREA: tuple[Denominator, ...] = ("cm2", "free-cm2")
DENOMINATORS: dict[Denominator, str] = {
    "images": "false positives per image, all images",
    "free-images": "false positives per image, only images free of such lesions",
    "normal-images": "false positives per image, only images without any lesion",
    "cm2": "false positives per cm² of breast, all images",
    "free-cm2": "false positives per cm² of breast, only images free of such lesions",
}


def rates_of(denominator: Denominator) -> tuple[float, ...]:
    """The rates of false positives at which the sensitivity is given."""
    return RATES_PER_CM2 if denominator in PER_AREA else RATES


@dataclass(frozen=True, slots=True)
class Reading:
    """One image of an evaluation: the scores at which its lesions are found, and those of its false marks.

    found_at: (lesions,), -inf for a lesion never found. patient: the bootstrap draws patients, not images.
    free: whether the image shows no lesion of the kind looked for, even one whose place is unknown. None: it is free if
    `found_at` is empty. normal: whether it shows no lesion of any kind. None: the same as `free`.
    """

    name: str
    patient: str
    found_at: NDArray[np.float64]
    false: NDArray[np.float64]
    area_cm2: float | None = None
    free: bool | None = None
    normal: bool | None = None

    @classmethod
    def of(cls, name: str, patient: str, matched: Matched, area_cm2: float | None = None) -> Reading:
        return cls(name, patient, matched.found_at, matched.false, area_cm2)

    @property
    def is_free(self) -> bool:
        return len(self.found_at) == 0 if self.free is None else self.free

    @property
    def is_normal(self) -> bool:
        return self.is_free if self.normal is None else self.normal


@dataclass(frozen=True, slots=True)
class Froc:
    """The curve: at each threshold (falling) the share of lesions found and the false positives per unit.

    A mark counts at a threshold when its score is at or above it.
    """

    thresholds: NDArray[np.float64]
    sensitivity: NDArray[np.float64]
    rate: NDArray[np.float64]
    lesions: int
    units: float
    denominator: str

    def at_most(self, rate: float) -> float:
        """The best sensitivity of a threshold with at most `rate` false positives per unit; 0 if there is none."""
        allowed = self.sensitivity[self.rate <= rate + 1e-12]
        return float(allowed.max(initial=0.0)) if self.lesions else float("nan")

    def interpolated(self, rate: float) -> float:
        """The sensitivity on the straight line between the neighbouring thresholds; the last one beyond the curve."""
        if not self.lesions:
            return float("nan")
        return float(np.interp(rate, [0.0, *self.rate], [0.0, *self.sensitivity]))

    def threshold_at(self, rate: float) -> float:
        """The lowest threshold with at most `rate` false positives per unit; inf if there is none."""
        return float(self.thresholds[self.rate <= rate + 1e-12].min(initial=np.inf))


def froc(readings: Sequence[Reading], denominator: Denominator = "images") -> Froc:
    """The FROC curve of many images.

    Raises ValueError where a breast's area is needed and missing, or nothing is left to divide by.
    """
    counted = [each for each in readings if _counts(each, denominator)]
    units = _units(counted, denominator)
    found = _joined([each.found_at for each in readings])
    false = _joined([each.false for each in counted])
    thresholds = np.unique(np.concatenate([found[np.isfinite(found)], false]))[::-1]
    return Froc(
        thresholds,
        _at_or_above(found, thresholds) / max(len(found), 1),
        _at_or_above(false, thresholds) / units,
        len(found),
        units,
        DENOMINATORS[denominator],
    )


def _counts(reading: Reading, denominator: Denominator) -> bool:
    """Whether the image's false positives count."""
    if denominator == "normal-images":
        return reading.is_normal
    return reading.is_free or denominator not in ("free-images", "free-cm2")


def limits(readings: Sequence[Reading], denominator: Denominator, rates: Sequence[float]) -> list[float]:
    """For each rate, the score above which (not at which) there are at most that many false positives per unit.

    The same as `Froc.at_most`, but without making the curve, because a bootstrap asks a thousand times.

    Raises ValueError as `froc` does.
    """
    counted = [each for each in readings if _counts(each, denominator)]
    units = _units(counted, denominator)
    false = -_joined([each.false for each in counted])
    allowed = [int(rate * units + 1e-9) for rate in rates]
    most = max(allowed) + 1
    lowest = -np.sort(np.partition(false, most)[:most] if len(false) > most else false)
    return [float(lowest[count]) if count < len(lowest) else -np.inf for count in allowed]


def _units(counted: Sequence[Reading], denominator: Denominator) -> float:
    areas = [each.area_cm2 for each in counted] if denominator in PER_AREA else [1.0] * len(counted)
    known = [each for each in areas if each is not None]
    if len(known) < len(areas) or not sum(known) > 0:
        raise ValueError(f"no number of {denominator} to divide by")
    return float(sum(known))


def _joined(parts: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.concatenate([*parts, np.empty(0)])


def _at_or_above(scores: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """How many scores are at or above each threshold."""
    ordered = np.sort(scores)
    return np.asarray(len(ordered) - np.searchsorted(ordered, thresholds, side="left"), np.float64)
