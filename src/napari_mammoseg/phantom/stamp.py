"""A small picture laid on a large one: where it comes to lie, and what is around a body in it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.geometry.windows import Slices


def overlap(centre: tuple[int, int], stamp: tuple[int, ...], image: tuple[int, ...]) -> tuple[Slices, Slices]:
    """Where a stamp of odd sides around the pixel `centre` lies in the image, and which part of the stamp that is."""
    target, source = [], []
    for middle, side, length in zip(centre, stamp, image, strict=True):
        start = middle - side // 2
        low, high = np.clip([start, start + side], 0, length).tolist()
        target.append(slice(low, high))
        source.append(slice(low - start, high - start))
    return (target[0], target[1]), (source[0], source[1])


def ring(body: NDArray[np.bool_], width: float) -> NDArray[np.bool_]:
    """Pixels around a body, up to `width` away; all others where the stamp ends sooner."""
    distance = ndimage.distance_transform_edt(~body)
    return np.asarray((distance > 0) & (distance <= max(width, 1.5)))
