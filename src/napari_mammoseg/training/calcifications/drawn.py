"""What is to be put into windows of tissue: numbers drawn on the processor for whole batches."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from napari_mammoseg.phantom.calcifications import FORMS, lay_out
from napari_mammoseg.training.calcifications.specks import SHAPES

LAYOUTS = 600
"""So many clusters are laid out in advance."""
MOST = 48
"""The largest number of calcifications in a window."""
COUNTS = (0, 1, 2)
CLUSTERS = (0.3, 0.6, 0.1)
"""The chance of each of these numbers of clusters."""
CONTRAST = 2.0, 25.0
"""How many times the tissue's texture a calcification adds before the detector blurs it; and a speck of dust."""
SMALLEST_CONTRAST, LARGEST_CONTRAST = 0.4, 1.6

Specks = dict[str, NDArray[np.float32]]


@cache
def layouts(seed: int = 0) -> Sequence[NDArray[np.float32]]:
    """Clusters (k, 5): row and column in mm from the middle, diameter in mm, angle, form."""
    random = np.random.default_rng(seed)
    return [_layout(random) for _ in range(LAYOUTS)]


def _layout(random: Generator) -> NDArray[np.float32]:
    largest = float(np.exp(random.uniform(np.log(0.25), np.log(1.0))))
    sizes = max(0.1, largest * random.uniform(0.2, 0.6)), largest
    form = int(random.choice(3, p=(0.35, 0.45, 0.2)))
    specks = lay_out(random, int(random.integers(3, 30)), random.uniform(2, 11), FORMS[form], sizes)
    return np.array([(each.row_mm, each.column_mm, each.diameter_mm, each.angle, form) for each in specks], np.float32)


def drawn_specks(side: int, spacing_mm: float, random: Generator) -> Specks:
    """Calcifications for a window of `side` pixels: MOST of each number, contrast 0 where there is none.

    row, column, diameter in pixels; angle; form; number of the shape; contrast in units of the tissue's texture;
    group: the number of its cluster, 0 for a single one.
    """
    parts = [
        _cluster(group, side, spacing_mm, random) for group in range(1, 1 + int(random.choice(COUNTS, p=CLUSTERS)))
    ]
    parts.append(_single(side, spacing_mm, int(random.integers(0 if parts else 1, 4)), random))
    specks = np.concatenate(parts)[:MOST]
    specks = np.pad(specks, [(0, MOST - len(specks)), (0, 0)]).astype(np.float32)
    specks[:, 2] = np.maximum(specks[:, 2], 1e-3)
    names = ("row", "column", "diameter", "angle", "form", "contrast", "group")
    return dict(zip(names, specks.T, strict=True)) | {"number": random.integers(0, SHAPES, MOST).astype(np.float32)}


def _cluster(group: int, side: int, spacing_mm: float, random: Generator) -> NDArray[np.float64]:
    layout = layouts()[int(random.integers(LAYOUTS))]
    turn = random.uniform(0, 2 * np.pi)
    cosine, sine = np.cos(turn), np.sin(turn)
    row, column = layout[:, 0] * cosine + layout[:, 1] * sine, layout[:, 1] * cosine - layout[:, 0] * sine
    middle = random.uniform(0.3, 0.7, 2) * side
    relative = np.clip(layout[:, 2] / np.median(layout[:, 2]), SMALLEST_CONTRAST, LARGEST_CONTRAST) ** 0.7
    contrast = _contrast(random) * relative * random.lognormal(0, 0.25, len(layout))
    placed = middle[0] + row / spacing_mm, middle[1] + column / spacing_mm, layout[:, 2] / spacing_mm
    return np.stack([*placed, layout[:, 3] + turn, layout[:, 4], contrast, np.full(len(layout), group)], axis=1)


def _single(side: int, spacing_mm: float, count: int, random: Generator) -> NDArray[np.float64]:
    place = random.uniform(0.3, 0.7, (count, 2)) * side
    diameter = np.exp(random.uniform(np.log(0.1), np.log(1.2), count)) / spacing_mm
    form = random.choice(3, count, p=(0.6, 0.3, 0.1))
    contrast = [_contrast(random) for _ in range(count)]
    return np.column_stack([place, diameter, random.uniform(0, 2 * np.pi, count), form, contrast, np.zeros(count)])


def _contrast(random: Generator) -> float:
    return float(np.exp(random.uniform(*np.log(CONTRAST))))


def drawn_detector(blur: tuple[float, float], dusty: bool, random: Generator) -> dict[str, np.float32]:
    """How another detector would show the window: numbers for `shown`."""

    def perhaps(share: float, low: float, high: float, otherwise: float) -> float:
        return float(random.uniform(low, high)) if random.random() < share else otherwise

    numbers = {
        "speck_blur": random.uniform(*blur),
        "speck_grain": random.uniform(0, 0.03),
        "gamma": perhaps(0.5, 0.7, 1.5, 1.0),
        "softer": perhaps(0.25, 0.3, 0.7, 0.0),
        "noise": perhaps(0.35, 0.1, 0.8, 0.0),
        "steps": perhaps(0.3, 100, 255, 4095),
        "typical": np.exp(random.normal(0, 0.2)),
        "dust": perhaps(0.3 if dusty else 0.0, *CONTRAST, 0.0),
    }
    return {name: np.float32(value) for name, value in numbers.items()}
