"""How a marked place lies in the square that a classifier sees: as it is marked, or turned, mirrored and enlarged."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.pipelines.masses.classes import SMALLEST
from napari_mammoseg.training.variation.placing import Placing

Box = NDArray[np.float64]

SCALE, SHIFT, STRETCH = 0.18, 0.08, 0.08
"""How wrong marks are: deviation of log size; of place, in sides of the box; most stretch of one axis (log)."""
TURN, ZOOM = np.radians(30), (0.75, 1.25)
"""Peterka 2020, section 3.2: rotations of up to 30°, zoom from 0.75 to 1.25, and horizontal flips."""


def as_marked(box: Box, side: int, context: float, random: np.random.Generator) -> Placing:
    """The same square that the pipeline sees."""
    return Placing(np.eye(2) * side / (context * _longer(box)), _middle(box), side)


def classical(box: Box, side: int, context: float, random: np.random.Generator) -> Placing:
    """Peterka's "traditional data augmentation"."""
    enlarged = side / (context * _longer(box)) * random.uniform(*ZOOM)
    mirrored = np.diag([random.choice([-1.0, 1.0]), 1.0])
    return Placing(turned(random.uniform(-TURN, TURN)) @ mirrored * enlarged, _middle(box), side)


def any_way(box: Box, side: int, context: float, random: np.random.Generator) -> Placing:
    """Turned and mirrored by any angle, and the mark moved a little."""
    size = _longer(box) * np.exp(random.normal(0, SCALE))
    centre = _middle(box) + random.normal(0, SHIFT, 2) * size
    angle, longer = random.uniform(0, 2 * np.pi), np.exp(random.uniform(-STRETCH, STRETCH))
    mirrored = np.diag([random.choice([-1.0, 1.0]) * longer, 1 / longer])
    return Placing(turned(angle) @ mirrored * side / (context * size), centre, side)


PLACINGS: Mapping[str, Callable[[Box, int, float, np.random.Generator], Placing]] = {
    "none": as_marked,
    "classical": classical,
    "full": any_way,
}
"""By the name of the augmentation; only "full" changes grey values, too."""


def turned(angle: float) -> NDArray[np.float64]:
    """The rotation matrix (2, 2) of an angle."""
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _longer(box: Box) -> float:
    return float(max(SMALLEST, *(box[2:] - box[:2])))


def _middle(box: Box) -> NDArray[np.float64]:
    """The middle of a box as (x, y)."""
    return np.asarray((box[:2] + box[2:])[::-1] / 2)
