"""The breast in a mammogram."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import threshold_otsu

from napari_mammoseg.mammogram import Spacing
from napari_mammoseg.tissue.film import film_border
from napari_mammoseg.tissue.reduced import enlarged, reduced

Change = Callable[[NDArray[np.bool_]], NDArray[np.bool_]]
RISE = 0.12  # of the way from background to tissue: where the skin begins
DARK = 0.2  # of the tissue's grey: a background is at most as bright as this
FOG = 0.06  # of the image: a strip along the chest wall as thin as this is light that fell on the film's edge
COMPANION = 0.25  # of the largest piece: smaller pieces are labels and tape


def breast_mask(pixels: NDArray[np.float32], spacing: Spacing | None = None) -> NDArray[np.bool_]:
    """Where the image shows the woman and not film, air, label or border: (rows, columns) bool.

    pixels: (rows, columns) float32 in 0…1, bright = dense. The pectoral muscle is part of it.
    Otsu's threshold finds the tissue (Valvano 2018, section 2.1), the background's own level the skin line.
    A picture without background (a patch) is breast from side to side.
    """
    small = reduced(pixels)
    return enlarged(_breast(small), pixels.shape)


def _breast(small: NDArray[np.float32]) -> NDArray[np.bool_]:
    inside = ~film_border(small)
    breast = np.zeros(small.shape, bool)
    frame = np.ix_(inside.mean(axis=1) > 0.5, inside.mean(axis=0) > 0.5)
    if inside[frame].size:
        breast[frame] = _in_frame(small[frame], inside[frame])
    return breast


def _in_frame(small: NDArray[np.float32], inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    pieces = _pieces(inside & (small > skin_level(small, inside)))
    return _at_wall(_at_wall(pieces, _without_fog), _filled) & inside


def skin_level(small: NDArray[np.float32], inside: NDArray[np.bool_]) -> float:
    """The grey value that parts breast from background."""
    root = np.sqrt(np.clip(small, 0, None))
    if np.ptp(root[inside]) == 0:
        return -1.0
    parting = float(threshold_otsu(root[inside])) ** 2  # type: ignore[no-untyped-call]
    tissue = float(np.median(small[inside & (small > parting)]))
    air = _air(small, inside & (small <= parting))
    level = float(np.median(air))
    if level > DARK * tissue:
        return RISE * tissue
    return min(level + RISE * (tissue - level), parting)


def _air(small: NDArray[np.float32], dark: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Grey values of the background away from the breast; the empty frame around a film does not count."""
    far = ndimage.distance_transform_edt(dark) > 0.05 * max(small.shape)
    values = small[far] if far.sum() > 0.01 * small.size else small[dark]
    film = values[values > small.min() + 1e-3]
    return film if len(film) > 0.05 * small.size else values


def _pieces(bright: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest piece, and others nearly as large, without what hangs on by a thread."""
    radius = max(1, round(0.02 * max(bright.shape)))
    disk = np.hypot(*np.ogrid[-radius : radius + 1, -radius : radius + 1]) <= radius + 0.5
    core = ndimage.binary_opening(bright, disk)
    labels, count = ndimage.label(core)
    if count == 0:
        return bright
    areas = np.bincount(labels.ravel())
    areas[0] = 0
    kept = (areas >= COMPANION * areas.max())[labels] & core
    return np.asarray(ndimage.binary_dilation(kept, iterations=2 * radius, mask=bright))


def _at_wall(mask: NDArray[np.bool_], change: Change) -> NDArray[np.bool_]:
    """The mask after a change that is told where the chest wall is: along the top, the side it touches most."""
    touching = [np.rot90(mask, turns)[0].mean() for turns in range(4)]
    turns = int(np.argmax(touching))
    return np.rot90(change(np.rot90(mask, turns)), -turns)


def _without_fog(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without thin strips along the chest wall above and below the breast."""
    return np.asarray(mask & (mask.sum(axis=0) >= FOG * max(mask.shape)))


def _filled(mask: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without holes, those at the chest wall included."""
    wall = np.pad(mask, ((1, 0), (0, 0)))
    where = np.flatnonzero(wall[1])
    if len(where):
        wall[0, where[0] : where[-1] + 1] = True
    return np.asarray(ndimage.binary_fill_holes(wall))[1:]
