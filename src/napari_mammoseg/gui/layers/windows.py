"""Ways to show the grey values: the windows that the file brings, by its maker's names, and the plain ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.mammogram import Window


def presets(data: NDArray[Any], windows: Sequence[Window] = ()) -> list[Window]:
    """The file's windows first, then the tissue's range and the full range (0…1; of integers what there is)."""
    if not np.issubdtype(data.dtype, np.integer):
        return [*windows, _tissue(data), Window("Full range", 0.0, 1.0)]
    return [*windows, _tissue(data), Window("Full range", float(data.min()), float(data.max()))]


def shown(window: Window, inverted: bool = False) -> dict[str, Any]:
    """The keywords of an image layer that show it through `window`: limits, and the curve as a colour map."""
    return {
        "contrast_limits": (window.low, max(window.high, window.low + 1e-6)),
        "colormap": _colormap(window, inverted),
    }


def _tissue(pixels: NDArray[Any]) -> Window:
    """From the darkest to the brightest of what is not background (0.5 and 99.9 % of the pixels above their mean)."""
    sample = pixels[..., ::8, ::8]
    tissue = sample[sample > sample.mean()]
    if tissue.size == 0:
        return Window("Tissue", 0.0, 1.0)
    low, high = np.percentile(tissue, (0.5, 99.9))
    return Window("Tissue", float(max(0.0, low - 0.25 * (high - low))), float(high))


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
