"""Where to cut a probability map: by IoU or by G-mean on validation images (Cobos 2016, the last table)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.evaluation.overlap import Pixels
from napari_mammoseg.findings import Findings

CHOICES = tuple(float(each) for each in np.linspace(0, 1, 27)[1:-1])
"""25 evenly spaced probabilities, as Cobos tried."""
RULES = ("iou", "g_mean")
"""Measures that a threshold is chosen by; the choice changes everything (Cobos 2016)."""


@dataclass(frozen=True, slots=True)
class Levels:
    """Pixel counts at each threshold of CHOICES, over any number of images."""

    counts: tuple[Pixels, ...]

    @classmethod
    def of(
        cls, probability: NDArray[np.floating], truth: NDArray[np.bool_], inside: NDArray[np.bool_] | None = None
    ) -> Levels:
        """One image's map (rows, columns) in 0…1; a pixel is marked where it is at least the threshold."""
        if inside is not None:
            probability, truth = probability[inside], truth[inside]
        steps = np.searchsorted(CHOICES, probability.ravel(), side="right")
        mass = np.bincount(steps[truth.ravel()], minlength=len(CHOICES) + 1)
        tissue = np.bincount(steps[~truth.ravel()], minlength=len(CHOICES) + 1)
        right, wrong = (each[::-1].cumsum()[::-1][1:] for each in (mass, tissue))
        masses, tissues = int(mass.sum()), int(tissue.sum())
        return cls(
            tuple(
                Pixels(int(hit), int(false), masses - int(hit), tissues - int(false))
                for hit, false in zip(right, wrong, strict=True)
            )
        )

    @classmethod
    def of_findings(
        cls, findings: Findings, truth: NDArray[np.bool_] | None, inside: NDArray[np.bool_] | None
    ) -> Levels | None:
        """Of the probabilities of a result; None where it has none for the image's own pixels, or no truth is known."""
        known = None if truth is None else every_probability(findings)
        return None if known is None or truth is None else cls.of(known, truth, inside)

    def __add__(self, other: Levels) -> Levels:
        return Levels(tuple(one + two for one, two in zip(self.counts, other.counts, strict=True)))

    @property
    def chosen(self) -> dict[str, float]:
        """The best threshold by each rule."""
        return {rule: self.best(rule) for rule in RULES}

    def best(self, measure: str) -> float:
        """The threshold with the highest value of a measure of `Pixels`, "iou" or "g_mean"; the lowest of equals."""
        values = np.nan_to_num([getattr(each, measure) for each in self.counts], nan=-1.0)
        return CHOICES[int(np.argmax(values))]

    def at(self, threshold: float) -> Pixels:
        """The counts at one of CHOICES."""
        return self.counts[CHOICES.index(threshold)]


def total(images: Iterable[Levels]) -> Levels:
    """All images counted together."""
    nothing = Levels(tuple(Pixels(0, 0, 0, 0) for _ in CHOICES))
    return sum(images, nothing)


def every_probability(findings: Findings) -> NDArray[np.float32] | None:
    """The probability of every pixel of the image (rows, columns), 0 where it was not looked.

    Where each finding was outlined in a window of its own, only the windows of these findings count.
    """
    known, shape = findings.probability, (findings.image.rows, findings.image.columns)
    if known is None or known.whole != shape:
        return None
    whole = np.zeros(shape, np.float32)
    own = [findings.windows[each.id] for each in findings.findings if each.id in findings.windows]
    for each in own if findings.windows else [known]:
        (top, left), (rows, columns) = each.corner, each.values.shape
        there = whole[top : top + rows, left : left + columns]
        np.maximum(there, each.values, out=there)
    return whole
