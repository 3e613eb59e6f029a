"""Ways to show the grey values: the windows that the file brings, by its maker's names, and the plain ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.mammogram import Window


def presets(data: NDArray[Any], windows: Sequence[Window] = ()) -> list[Window]:
    """The file's windows first, then the tissue's range and the full range (0…1, or what there is beyond it)."""
    data = data.astype(np.uint8) if data.dtype == bool else data
    low, high = float(data.min()), float(data.max())
    known = np.isfinite(low) and np.isfinite(high)
    if not np.issubdtype(data.dtype, np.integer) and (not known or 0 <= low <= high <= 1):
        low, high = 0.0, 1.0
    return [*windows, _tissue(data, low, high), Window("Full range", low, high)]


def shown(window: Window, inverted: bool = False) -> dict[str, Any]:
    """The keywords of an image layer that show it through `window`: limits, and the curve as a colour map."""
    least = max(abs(window.low), 1.0) * 1e-6
    return {
        "contrast_limits": (window.low, max(window.high, window.low + least)),
        "colormap": _colormap(window, inverted),
    }


def _tissue(pixels: NDArray[Any], lowest: float, highest: float) -> Window:
    """From the darkest to the brightest of what is not background (0.5 and 99.9 % of the pixels above their mean)."""
    sample = pixels[..., ::8, ::8]
    tissue = sample[sample > sample.mean()]
    if tissue.size == 0:
        return Window("Tissue", lowest, highest)
    low, high = np.percentile(tissue, (0.5, 99.9))
    return Window("Tissue", float(max(lowest, low - 0.25 * (high - low))), float(high))


def _colormap(window: Window, inverted: bool) -> Any:
    """Plain grey for a straight line; else a colour map that is the curve of the file's lookup table."""
    from napari.utils.colormaps import Colormap

    if window.curve is None:
        return "gray_r" if inverted else "gray"
    places = np.linspace(0, 1, 1024)
    grey = np.interp(places, np.linspace(0, 1, len(window.curve)), window.curve)
    colors = np.repeat(np.clip(1 - grey if inverted else grey, 0, 1)[:, None], 3, axis=1)
    name = f"{window.explanation}{' inverted' if inverted else ''}"
    return Colormap(np.hstack((colors, np.ones((len(colors), 1)))), name=name, display_name=name)
