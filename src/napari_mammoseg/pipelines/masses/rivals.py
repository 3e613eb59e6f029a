"""What surer marks of the same image say of a mark: a mammogram seldom shows two masses."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

SHARE = 0.5
"""How much the odds of surer marks count: 0 not at all, 1 as if an image showed one mass at most."""
SLOPE, OFFSET = 0.9, 0.2
"""Of the straight line in log-odds after which scores again mean as many false positives an image as before."""


def beside_surer(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    """Calibrated scores (n,) of all marks of an image, 0…1, each lower by what surer marks there are; the order stays.

    The odds of a mark are divided by (1 + the sum of the odds of the surer ones) to the power of `SHARE`. Ours; what it
    is worth stands on the card of `mass-finder`.
    """
    log_odds = logit(np.clip(scores, 1e-6, 1 - 1e-6))
    order = np.argsort(-log_odds, kind="stable")
    odds = np.exp(log_odds[order])
    surer = np.cumsum(odds) - odds
    lowered = np.empty_like(log_odds)
    lowered[order] = log_odds[order] - SHARE * np.log1p(surer)
    return np.asarray(expit(SLOPE * lowered + OFFSET))
