"""Grey that is added to an image: its pixels, and the stored values behind them, change together."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.mammogram import Mammogram, Window
from napari_mammoseg.synthesis.synthetic import Part

Array = NDArray[np.float32]


def with_added(image: Mammogram, added: Array, part: Part) -> Mammogram:
    """The image with `added` (0…1, as its pixels) in `part`; where nothing is added all stays as it is, to the bit.

    Stored values are found through the inverse of the default window; differences between neighbours that the window
    does not show stay in them.
    """
    changed = added != 0
    pixels = image.pixels.copy()
    if image.values is None:
        pixels[part][changed] = np.clip(image.pixels[part] + added, 0, 1)[changed]
        return replace(image, pixels=pixels)
    values, window = image.values.copy(), image.windows[0]
    values[part][changed] = _moved(image.values[part][changed], added[changed], window, _limits(image))
    pixels[part][changed] = window.shown(values[part][changed])
    return replace(image, pixels=pixels, values=values)


def _limits(image: Mammogram) -> tuple[int, int]:
    """The darkest value of the image, and the brightest that it has or that its window and its bits allow."""
    assert image.values is not None
    type_ = np.iinfo(image.values.dtype)
    spare = type_.bits - int(image.properties.get("bits_stored", type_.bits))
    white = min(int(np.ceil(image.windows[0].high)), type_.max >> max(spare, 0))
    return int(image.values.min()), max(int(image.values.max()), white)


def _moved(values: NDArray[Any], added: Array, window: Window, limits: tuple[int, int]) -> NDArray[Any]:
    """`values` moved so far that the window shows `added` more, within `limits`."""
    steps = np.arange(limits[0], limits[1] + 1)
    shown = np.maximum.accumulate(window.shown(steps).astype(np.float64))
    seen, rising = _rising(shown)
    now = shown[values.astype(np.int64) - limits[0]]
    change = np.interp(now + added, seen, steps[rising]) - np.interp(now, seen, steps[rising])
    return np.clip(np.rint(values + change), *limits).astype(values.dtype)


def _rising(shown: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """What is shown without repetitions, and where: the last of what is black, the first of what is white."""
    seen, first = np.unique(shown, return_index=True)
    first[0] = np.searchsorted(shown, shown[0], side="right") - 1
    return seen, first
