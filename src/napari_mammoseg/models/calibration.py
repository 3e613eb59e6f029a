"""What a network's raw answers mean: one shape for every pipeline."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

Term = Any
"""A number, or an array; the arrays of one call have one shape."""
Knots = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Log-odds from named terms of evidence: their weighted sum plus `offset`, then straight lines through `knots`.

    weights: by the term's name; terms without a weight do not count.
    knots: (raw score, the score it becomes), both 0…1 and rising; the lines between them are straight in log-odds and
    go on beyond the first and the last. Without knots the sum is the answer.
    """

    weights: Mapping[str, float] = field(default_factory=dict)
    offset: float = 0.0
    knots: Knots = ()

    def __call__(self, **terms: Term) -> Term:
        """The log-odds, of the shape and type of the terms. Raises KeyError if a weighted term is missing."""
        total: Term = self.offset
        for name, weight in self.weights.items():
            total = total + weight * terms[name]
        return _through(total, *logit(np.array(self.knots).T)) if self.knots else total

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Calibration:
        """From its JSON form, which is that of `dataclasses.asdict`."""
        weights = {str(name): float(weight) for name, weight in stored["weights"].items()}
        return cls(weights, float(stored["offset"]), tuple((float(raw), float(new)) for raw, new in stored["knots"]))


def _through(x: NDArray[np.float64], knots: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    below = values[0] + (x - knots[0]) * (values[1] - values[0]) / (knots[1] - knots[0])
    above = values[-1] + (x - knots[-1]) * (values[-1] - values[-2]) / (knots[-1] - knots[-2])
    return np.where(x < knots[0], below, np.where(x > knots[-1], above, np.interp(x, knots, values)))


def false_marks_per_image(score: float) -> float:
    """How many false marks an image gets at this threshold (above 0), where the model's scores are calibrated so."""
    return (1 / score - 1) / 4
