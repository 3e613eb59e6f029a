"""What the images of one breast say together."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np


def malignancy_together(probabilities: Iterable[float]) -> float:
    """The mean of the views' log-odds, as a probability: both views are taken to show the same mass."""
    shares = np.clip(np.fromiter(probabilities, float), 1e-6, 1 - 1e-6)
    return round(float(1 / (1 + np.exp(-np.log(shares / (1 - shares)).mean()))), 6)
