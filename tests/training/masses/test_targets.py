"""Targets worked out for a whole batch at once: what the definition says, mass by mass."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch import Tensor

from napari_mammoseg.training.masses.targets import NEAR, NO_BOX, SMALLEST, WIDTH, targets

SIDE, STRIDE = 256, 8
CELLS = SIDE // STRIDE
Boxes = NDArray[np.float64]


def drawn(random: np.random.Generator, count: int) -> Boxes:
    middles, sizes = random.uniform(30, SIDE - 30, (count, 2)), random.uniform(9, 120, (count, 2))
    return np.hstack([middles - sizes / 2, middles + sizes / 2])


def of_one(boxes: Boxes, labels: NDArray[np.int64], ignored: Boxes) -> dict[str, Tensor]:
    """The targets of one crop, in lists filled up to five masses and four places that are ignored."""
    filled = np.pad(boxes, [(0, 5 - len(boxes)), (0, 0)]), np.pad(ignored, [(0, 4 - len(ignored)), (0, 0)])
    numbers = torch.from_numpy(np.pad(labels, (0, 5 - len(labels)), constant_values=NO_BOX))
    first, second = (torch.from_numpy(each.astype(np.float32))[None] for each in filled)
    return {name: each[0] for name, each in targets(first, numbers[None], second, SIDE, STRIDE).items()}


def mass_by_mass(boxes: Boxes, labels: NDArray[np.int64], ignored: Boxes) -> dict[str, NDArray[np.float64]]:
    """The same in the plainest way: one cell after the other, one mass after the other; the last one wins."""
    maps = {name: np.zeros((CELLS, CELLS)) for name in ("heat", "centre", "weight")}
    maps |= {"learned": np.ones((CELLS, CELLS)), "malignant": np.full((CELLS, CELLS), -1.0)}
    maps["reach"] = np.zeros((4, CELLS, CELLS))
    at = (np.arange(CELLS) + 0.5) * STRIDE
    for row, column in np.ndindex(CELLS, CELLS):
        if any(box[0] < at[row] < box[2] and box[1] < at[column] < box[3] for box in ignored):
            maps["learned"][row, column] = 0
    for box, label in zip(boxes, labels, strict=True):
        middle = ((box[:2] + box[2:]) / 2 // STRIDE).astype(int)
        height, width = np.maximum(box[2:] - box[:2], SMALLEST) / WIDTH
        bump = np.exp(-(((at - at[middle[0]]) / height)[:, None] ** 2 + ((at - at[middle[1]]) / width) ** 2) / 2)
        maps["heat"] = np.maximum(maps["heat"], bump)
        maps["centre"][tuple(middle)] = maps["learned"][tuple(middle)] = 1
        near = bump > NEAR
        for row, column in np.argwhere(near):
            reach = at[row] - box[0], at[column] - box[1], box[2] - at[row], box[3] - at[column]
            maps["reach"][:, row, column] = np.maximum(np.array(reach) / STRIDE, 0.3)
        maps["weight"][near] = bump[near] / bump[near].sum()
        maps["malignant"][near] = label
    return maps


@pytest.mark.parametrize("seed", range(8))
def test_a_batch_says_what_each_mass_says(seed: int) -> None:
    random = np.random.default_rng(seed)
    boxes, ignored = drawn(random, seed % 4), drawn(random, seed % 3)
    boxes = boxes[np.argsort(-(boxes[:, 2:] - boxes[:, :2]).prod(axis=1), kind="stable")]
    labels = random.integers(-1, 2, len(boxes))
    batch, single = of_one(boxes, labels, ignored), mass_by_mass(boxes, labels, ignored)
    for name in ("heat", "centre", "learned", "weight", "malignant"):
        np.testing.assert_allclose(batch[name], single[name], atol=1e-4)
    told = single["weight"] > 0
    np.testing.assert_allclose(batch["reach"][:, told], single["reach"][:, told], atol=1e-3)


def test_it_says_where_the_mass_is_and_how_far_it_reaches() -> None:
    maps = of_one(np.array([[40.0, 48, 80, 72]]), np.zeros(1, np.int64), np.empty((0, 4)))
    assert np.argwhere(maps["centre"].numpy()).tolist() == [[7, 7]]
    assert maps["heat"][7, 7] == 1
    assert (maps["reach"][:, 7, 7] * 8).tolist() == pytest.approx([20, 12, 20, 12])
    assert float(maps["weight"].sum()) == pytest.approx(1)


def test_nothing_is_learned_where_it_is_ignored() -> None:
    maps = of_one(np.empty((0, 4)), np.empty(0, np.int64), np.array([[0.0, 0, 64, SIDE]]))
    assert not maps["learned"][:8].any()
    assert maps["learned"][8:].all()
