"""How far two outlines lie apart, in millimetres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.mammogram import Spacing


@dataclass(frozen=True, slots=True)
class Distances:
    """Between the outlines of two masks: the 95th percentile both ways (the larger), and the mean of both ways."""

    hausdorff95_mm: float
    mean_mm: float

    @classmethod
    def of(cls, marked: NDArray[np.bool_], truth: NDArray[np.bool_], spacing: Spacing) -> Distances:
        """Distances between the pixels on the rims of two masks of one shape; infinite where one of them is empty.

        Raises ValueError for masks of two shapes, or where both are empty.
        """
        if marked.shape != truth.shape:
            raise ValueError(f"the mask is {marked.shape}, the truth {truth.shape}")
        if not marked.any() and not truth.any():
            raise ValueError("neither mask has an outline")
        if not marked.any() or not truth.any():
            return cls(float("inf"), float("inf"))
        there, back = _to(marked, truth, spacing), _to(truth, marked, spacing)
        farthest = max(float(np.percentile(each, 95)) for each in (there, back))
        return cls(farthest, float(np.concatenate([there, back]).mean()))


def rim(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The mask's pixels that have a neighbour above, below, left or right outside it; the image's end is outside."""
    inner = ndimage.binary_erosion(np.pad(mask, 1))[1:-1, 1:-1]
    return np.asarray(mask & ~inner)


def _to(start: NDArray[np.bool_], goal: NDArray[np.bool_], spacing: Spacing) -> NDArray[np.float64]:
    """The distance from each rim pixel of `start` to the nearest of `goal`, mm."""
    return np.asarray(ndimage.distance_transform_edt(~rim(goal), sampling=spacing)[rim(start)])
