"""Many pictures of different sizes in one tensor, and windows cut from them on whatever device it is on."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class Stack:
    """Grey pictures (uint8) in one tensor; a copy stays on each device that asked for it."""

    def __init__(self, pictures: Sequence[NDArray[np.uint8]]) -> None:
        sizes = np.array([each.size for each in pictures], np.int64)
        self._kept = {
            torch.device("cpu"): (
                torch.from_numpy(np.concatenate([each.ravel() for each in pictures])),
                torch.from_numpy(np.cumsum(sizes) - sizes),
                torch.tensor([each.shape for each in pictures], dtype=torch.int64),
            )
        }

    def windows(self, which: Tensor, matrix: Tensor, side: int, blank: float, exact: bool = False) -> Tensor:
        """Windows (n, side, side) float32 in grey steps, 0…255; `blank` beyond a picture.

        which: (n,), the pictures' numbers. matrix: (n, 2, 3), from a window's (row, column, 1) to the picture's row and
        column, pixel centres at whole numbers. exact: the nearest pixel; otherwise linear between four.
        """
        grid = torch.arange(side, device=which.device, dtype=torch.float32)
        along = matrix[:, :, 0, None, None] * grid[:, None] + matrix[:, :, 1, None, None] * grid
        at = along + matrix[:, :, 2, None, None]
        if exact:
            return self._grey(which, at.round().long(), blank)
        low = at.floor()
        share, first = at - low, low.long()
        down, right = share[:, 0], share[:, 1]
        corners = [self._grey(which, _moved(first, row, column), blank) for row in (0, 1) for column in (0, 1)]
        top, bottom = torch.lerp(corners[0], corners[1], right), torch.lerp(corners[2], corners[3], right)
        return torch.lerp(top, bottom, down)

    def _grey(self, which: Tensor, at: Tensor, blank: float) -> Tensor:
        pixels, starts, shapes = self._on(which.device)
        shape = shapes[which][:, :, None, None]
        inside = ((at >= 0) & (at < shape)).all(dim=1)
        near = torch.minimum(at.clamp(min=0), shape - 1)
        found = pixels[starts[which][:, None, None] + near[:, 0] * shape[:, 1] + near[:, 1]]
        return torch.where(inside, found.float(), blank)

    def _on(self, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
        if device not in self._kept:
            self._kept[device] = tuple(each.to(device) for each in self._kept[torch.device("cpu")])  # type: ignore
        return self._kept[device]


def _moved(at: Tensor, row: int, column: int) -> Tensor:
    return at + at.new_tensor([row, column])[:, None, None]
