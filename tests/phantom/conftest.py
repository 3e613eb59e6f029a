"""How a texture's spectrum is measured."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest


@pytest.fixture(scope="session")
def radial_exponent() -> Callable[..., float]:
    def radial_exponent(pixels, spacing: float, low: float, high: float) -> float:
        """Exponent of the radial power spectrum between two frequencies (cycles a mm), fitted in the logarithms."""
        side = pixels.shape[0]
        window = np.outer(np.hanning(side), np.hanning(side))
        power = np.abs(np.fft.fft2((pixels - pixels.mean()) * window)) ** 2
        frequency = np.hypot(*np.meshgrid(np.fft.fftfreq(side, spacing), np.fft.fftfreq(side, spacing)))
        edges = np.geomspace(low, high, 13)
        rings = [power[(frequency >= a) & (frequency < b)].mean() for a, b in pairwise(edges)]
        return -np.polyfit(np.log(np.sqrt(edges[:-1] * edges[1:])), np.log(rings), 1)[0]

    return radial_exponent
