"""Calcifications put into many windows at once: `phantom.insertion` on whatever device the windows are on."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from napari_mammoseg.phantom.calcifications import DRAWN, FINE_CELLS, FORMS

SHAPES = 200
"""So many shapes of each form are drawn in advance."""
SAMPLES = 3
"""So many samples are taken along a pixel's side."""
SIDES = 13, 41
"""Sides in pixels of the patches on which small and large calcifications are drawn."""


@cache
def library(seed: int = 0) -> Tensor:
    """Thickness (forms, SHAPES, cells, cells) of shapes whose diameter is FINE_CELLS cells."""
    random = np.random.default_rng(seed)
    drawn = [[DRAWN[form](random) for _ in range(SHAPES)] for form in FORMS]
    return torch.from_numpy(np.array(drawn, np.float32))


def put_in(shape: tuple[int, int, int], specks: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Grey that is added (n, rows, columns), before any blur, and the numbers of the specks (0: none).

    specks (n, k): `row`, `column` and `diameter` in pixels, `angle`, `form`, `number` of the shape, `contrast` (0: no
    speck). The pixels that the speck at index i of its list covers by half or more, or where it is thickest, have the
    number i + 1.
    """
    added = torch.zeros(shape, device=specks["row"].device).flatten()
    labels = torch.zeros_like(added)
    window, order = torch.nonzero(specks["contrast"] > 0, as_tuple=True)
    each = {name: values[window, order] for name, values in specks.items()}
    needed = 2 * torch.ceil(0.75 * each["diameter"] + 0.5) + 1
    small = needed <= SIDES[0]
    for side, chosen in zip(SIDES, (small, ~small), strict=True):
        if chosen.any():
            part = {name: values[chosen] for name, values in each.items()}
            _put(added, labels, shape, part, window[chosen], order[chosen], side)
    return added.view(shape), labels.view(shape).long()


def _put(
    added: Tensor,
    labels: Tensor,
    shape: tuple[int, int, int],
    specks: dict[str, Tensor],
    window: Tensor,
    order: Tensor,
    side: int,
) -> None:
    thickness, covered = _drawn(specks, side)
    peak = thickness.amax(dim=(1, 2), keepdim=True)
    mask = (covered >= 0.5) | ((thickness == peak) & (peak > 0))
    steps = torch.arange(side, device=window.device) - side // 2
    rows = specks["row"].round().long()[:, None, None] + steps[:, None]
    columns = specks["column"].round().long()[:, None, None] + steps
    inside = (rows >= 0) & (rows < shape[1]) & (columns >= 0) & (columns < shape[2])
    place = (window[:, None, None] * shape[1] + rows) * shape[2] + columns
    grey = specks["contrast"][:, None, None] * thickness / peak.clamp(min=1e-6)
    added.scatter_reduce_(0, place[inside], grey[inside], "amax")
    number = (order + 1)[:, None, None].expand_as(place)
    shown = inside & mask
    labels.scatter_reduce_(0, place[shown], number[shown].float(), "amax")


def _drawn(specks: dict[str, Tensor], side: int) -> tuple[Tensor, Tensor]:
    """Thickness, and the share of each pixel that is covered, (n, side, side)."""
    shapes = library().to(specks["row"].device)[specks["form"], specks["number"]]
    steps = (torch.arange(side * SAMPLES, device=shapes.device) + 0.5) / SAMPLES - side / 2
    down, across = (steps - (specks[name] - specks[name].round())[:, None] for name in ("row", "column"))
    cosine, sine = torch.cos(specks["angle"])[:, None, None], torch.sin(specks["angle"])[:, None, None]
    x = cosine * across[:, None, :] + sine * down[:, :, None]
    y = cosine * down[:, :, None] - sine * across[:, None, :]
    cells = 2 * FINE_CELLS / specks["diameter"][:, None, None] / shapes.shape[-1]
    grid = torch.stack([x * cells, y * cells], dim=-1)
    fine = torch.stack([shapes, (shapes > 0).float()], dim=1)
    drawn = functional.avg_pool2d(functional.grid_sample(fine, grid, align_corners=False), SAMPLES)
    return drawn[:, 0], drawn[:, 1]


def discs(circles: Tensor, side: int) -> Tensor:
    """Circles (n, 3: row, column, radius, in pixels) as masks (n, side, side) bool; empty where the radius is 0."""
    steps = torch.arange(side, device=circles.device)
    row, column, radius = circles[:, :3, None, None].unbind(1)
    return ((steps[:, None] - row) ** 2 + (steps - column) ** 2 < radius**2) & (radius > 0)
