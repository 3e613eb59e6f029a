"""How the grey values of one picture are changed: numbers that `grey.varied` applies to whole batches."""

from __future__ import annotations

import numpy as np


def drawn_grey(random: np.random.Generator, blurred: float, softest: float, grain: float) -> dict[str, float]:
    """Gamma, a window's sigmoid, contrast, brightness, blur in pixels and noise.

    blurred: share of pictures that are made softer, by `softest` pixels at most; grain: the strongest noise.
    """
    window = random.random() < 0.35
    return {
        "gamma": float(np.exp(random.uniform(-0.35, 0.35))),
        "steepness": float(random.uniform(2, 6)) if window else 0.0,
        "middle": float(random.uniform(0.4, 0.65)),
        "gain": float(random.uniform(0.8, 1.2)),
        "offset": float(random.uniform(-0.08, 0.08)),
        "blur": float(random.uniform(0.3, softest)) if random.random() < blurred else 0.0,
        "noise": float(random.uniform(0.005, grain)) if random.random() < 0.4 else 0.0,
    }
