"""What other detectors and digitisers would make of a piece of tissue."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.training.calcifications.drawn import CONTRAST


def dusty(pixels: NDArray[np.float32], texture: float, rng: Generator) -> NDArray[np.float32]:
    """With a few specks of dust and perhaps a scratch: sharp to the pixel, as no calcification behind a screen is.

    texture: how far the tissue's grey is from the tissue around; dust is so many times as bright (`CONTRAST`).
    """
    low, high = (each * texture for each in CONTRAST)
    dusty = pixels.copy()
    for row, column in rng.integers(0, np.array(pixels.shape), (int(rng.integers(1, 5)), 2)):
        dusty[row : row + rng.integers(1, 3), column : column + rng.integers(1, 3)] += rng.uniform(low, high)
    if rng.random() < 0.3:
        ends = rng.uniform(0, pixels.shape[0] - 1, 4)
        steps = np.linspace(0, 1, 4 * pixels.shape[0])
        rows = np.round(ends[0] + steps * (ends[1] - ends[0])).astype(int)
        columns = np.round(ends[2] + steps * (ends[3] - ends[2])).astype(int)
        kept = columns < pixels.shape[1]
        dusty[rows[kept], columns[kept]] += rng.uniform(low, high / 2)
    return np.clip(dusty, 0, 1)


def another_detector(pixels: NDArray[np.float32], texture: float, rng: Generator) -> NDArray[np.float32]:
    """Other grey scale, grain, sharpness and grey steps."""
    if rng.random() < 0.5:
        pixels = pixels ** np.float32(rng.uniform(0.7, 1.5))
    if rng.random() < 0.25:
        pixels = ndimage.gaussian_filter(pixels, rng.uniform(0.3, 0.7))
    if rng.random() < 0.35:
        pixels = pixels + rng.standard_normal(pixels.shape, np.float32) * np.float32(texture * rng.uniform(0.1, 0.8))
    if rng.random() < 0.3:
        pixels = np.round(pixels * 255) / np.float32(255)
    return np.clip(pixels, 0, 1).astype(np.float32)
