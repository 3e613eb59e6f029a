"""What a dense detector of masses is to say on a crop, and its losses (CenterNet, Zhou 2019; GIoU)."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from napari_mammoseg.training.masses.crops import Crop

WIDTH = 5.0  # a box's side over the sigma of its bump
NEAR = 0.45  # height of the bump above which a cell also says how far the box reaches
SMALLEST = 12.0  # pixels: smaller masses get the bump of this size


Maps = dict[str, NDArray[np.float32]]
"""Maps (rows, columns) of a crop's cells.

heat: 1 at each mass's centre, falling off like a Gaussian; centre: 1 there alone; learned: 0 where ignored;
reach (4, …): cells to the box's top, left, bottom, right; weight: how much that counts, 1 a mass in sum;
malignant: 1, 0, or -1 where it is not known.
"""


def target(crop: Crop, stride: int) -> Maps:
    """The target of a crop for a head of `stride` pixels a cell; small masses win where two overlap."""
    cells = crop.pixels.shape[0] // stride
    maps = {name: np.zeros((cells, cells), np.float32) for name in ("heat", "centre", "weight")}
    maps |= {"learned": np.ones((cells, cells), np.float32), "malignant": np.full((cells, cells), -1, np.float32)}
    maps["reach"] = np.zeros((4, cells, cells), np.float32)
    middles = (np.arange(cells) + 0.5) * stride
    for low_row, low_column, high_row, high_column in crop.ignored:
        inside_rows = (middles > low_row) & (middles < high_row)
        inside_columns = (middles > low_column) & (middles < high_column)
        maps["learned"][np.ix_(inside_rows, inside_columns)] = 0
    sizes = (crop.boxes[:, 2:] - crop.boxes[:, :2]).prod(axis=1)
    for index in np.argsort(-sizes, kind="stable"):
        _add(maps, crop.boxes[index], int(crop.labels[index]), middles, stride)
    return maps


def _add(maps: Maps, box: NDArray[np.float64], label: int, middles: NDArray[np.float64], stride: int) -> None:
    row, column = ((box[:2] + box[2:]) / 2 // stride).astype(int)
    height, width = np.maximum(box[2:] - box[:2], SMALLEST)
    down, across = (middles - middles[row]) / height * WIDTH, (middles - middles[column]) / width * WIDTH
    bump = np.exp(-(down[:, None] ** 2 + across[None] ** 2) / 2).astype(np.float32)
    np.maximum(maps["heat"], bump, out=maps["heat"])
    maps["centre"][row, column] = maps["learned"][row, column] = 1
    near = bump > NEAR
    rows, columns = np.nonzero(near)
    reach = np.stack(
        [middles[rows] - box[0], middles[columns] - box[1], box[2] - middles[rows], box[3] - middles[columns]]
    )
    maps["reach"][:, rows, columns] = np.maximum(reach / stride, 0.3)
    maps["weight"][near] = bump[near] / bump[near].sum()
    maps["malignant"][near] = label


def stacked(targets: list[Maps]) -> dict[str, Tensor]:
    """The targets of a batch, as tensors with one axis more."""
    return {name: torch.from_numpy(np.stack([each[name] for each in targets])) for name in targets[0]}


def losses(outputs: tuple[Tensor, Tensor, Tensor], wanted: dict[str, Tensor]) -> dict[str, Tensor]:
    """Focal loss of the centres, GIoU loss of the boxes, cross-entropy of malignancy where known; over the masses."""
    centre, reach, malignant = (each.float() for each in outputs)
    masses = wanted["centre"].sum().clamp(min=1)
    sure = wanted["weight"] * (wanted["malignant"] >= 0)
    entropy = functional.binary_cross_entropy_with_logits(
        malignant[:, 0], wanted["malignant"].clamp(min=0), reduction="none"
    )
    return {
        "centre": _focal(centre[:, 0], wanted) / masses.clamp(min=len(centre) / 2),
        "box": (_giou_loss(reach, wanted["reach"]) * wanted["weight"]).sum() / masses,
        "malignancy": 0.2 * (entropy * sure).sum() / masses,
    }


def _focal(logits: Tensor, wanted: dict[str, Tensor]) -> Tensor:
    share = logits.sigmoid()
    right = wanted["centre"] * (1 - share) ** 2 * functional.logsigmoid(logits)
    wrong = (1 - wanted["centre"]) * wanted["learned"] * (1 - wanted["heat"]) ** 4 * share**2
    return -(right + wrong * functional.logsigmoid(-logits)).sum()


def _giou_loss(given: Tensor, wanted: Tensor) -> Tensor:
    """1 - GIoU of two boxes around the same cell, (N, rows, columns)."""
    common, around = torch.minimum(given, wanted), torch.maximum(given, wanted)
    given_area, wanted_area, inner, outer = (_area(each) for each in (given, wanted, common, around))
    union = given_area + wanted_area - inner
    outer = outer.clamp(min=1e-6)
    return 1 - inner / union.clamp(min=1e-6) + (outer - union) / outer


def _area(reach: Tensor) -> Tensor:
    return (reach[:, 0] + reach[:, 2]) * (reach[:, 1] + reach[:, 3])
