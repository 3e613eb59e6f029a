"""Targets worked out for whole batches: those of one crop at a time."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from napari_mammoseg.training.masses.crops import Crop
from napari_mammoseg.training.masses.losses import target
from napari_mammoseg.training.masses.targets import NO_BOX, targets

SIDE, STRIDE = 256, 8


def drawn(random: np.random.Generator, count: int) -> np.ndarray:
    middles, sizes = random.uniform(30, SIDE - 30, (count, 2)), random.uniform(9, 120, (count, 2))
    return np.hstack([middles - sizes / 2, middles + sizes / 2])


@pytest.mark.parametrize("seed", range(8))
def test_a_batch_says_what_each_crop_says(seed: int) -> None:
    random = np.random.default_rng(seed)
    boxes, ignored = drawn(random, seed % 4), drawn(random, seed % 3)
    boxes = boxes[np.argsort(-(boxes[:, 2:] - boxes[:, :2]).prod(axis=1), kind="stable")]
    labels = random.integers(-1, 2, len(boxes))
    single = target(Crop(np.zeros((SIDE, SIDE), np.float32), boxes, labels, ignored), STRIDE)
    filled = np.pad(boxes, [(0, 5 - len(boxes)), (0, 0)]), np.pad(ignored, [(0, 4 - len(ignored)), (0, 0)])
    numbers = np.pad(labels, (0, 5 - len(labels)), constant_values=NO_BOX)
    given = (
        torch.from_numpy(each)[None] for each in (filled[0].astype(np.float32), numbers, filled[1].astype(np.float32))
    )
    batch = targets(*given, SIDE, STRIDE)
    for name in ("heat", "centre", "learned", "weight", "malignant"):
        np.testing.assert_allclose(batch[name][0], single[name], atol=1e-4)
    told = single["weight"] > 0
    np.testing.assert_allclose(batch["reach"][0][:, told], single["reach"][:, told], atol=1e-3)
