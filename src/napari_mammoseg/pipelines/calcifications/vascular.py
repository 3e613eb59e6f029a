"""Calcified arteries told from clusters by how their calcifications lie: long, narrow and winding."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

SLOPE, OFFSET = 4.0, -10.0
"""Of the logistic curve over log(length / width), fitted to phantoms: half at a length of twelve widths."""
MOST_TURNS = 4
"""Highest degree of the curve that may follow a vessel."""


def vascular(places: NDArray[np.float64]) -> float:
    """How much calcifications at `places` (n, 2) look like an artery's "tram tracks" (Lai 2012), 0…1.

    Their length along the main direction against their spread about a smooth curve. The two tracks themselves are not
    told apart: with the calcifications that a detector misses and adds, they do not help. Fewer than four say nothing:
    0. Any unit, as long as it is the same for rows and columns.
    """
    count = len(places)
    if count < 4:
        return 0.0
    centred = places - places.mean(axis=0)
    along, across = (centred @ np.linalg.svd(centred, full_matrices=False)[2].T).T
    length = float(np.ptp(along))
    if length == 0:
        return 0.0
    degree = int(np.clip(count // 6, 1, MOST_TURNS))
    curve = np.polynomial.Polynomial.fit(along, across, degree)
    width = np.sqrt(np.sum((across - curve(along)) ** 2) / max(1, count - degree - 1))
    return round(float(expit(SLOPE * np.log(length / max(width, 1e-3 * length)) + OFFSET)), 4)
