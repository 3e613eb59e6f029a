"""The breast in a mammogram."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.filters import threshold_otsu

from napari_mammoseg.mammogram import Spacing
from napari_mammoseg.tissue.film import WHITE, film_border
from napari_mammoseg.tissue.grey_scale import own_scale
from napari_mammoseg.tissue.reduced import enlarged, reduced

Change = Callable[[NDArray[np.bool_]], NDArray[np.bool_]]
PATCH_MM = 60.0
FRAME = 1e-3  # of the grey scale: the empty frame around a film is at most as bright
FRAMED = 0.01  # of a picture without background: less that is black is no frame but its darkest places
RISE = 0.12  # of the way from background to tissue: where the skin begins
DARK = 0.15
"""Of the tissue's grey: a background is darker (0.14 at most on whole mammograms of six data sets), fat is brighter."""
FOG = 0.06  # of the image: a strip along the chest wall as thin as this is light that fell on the film's edge
LABEL = 0.1  # what a white pixel counts beside a grey one: labels and rims are white, tissue is grey
COMPANION = 0.25  # of the largest piece: smaller pieces are labels and tape


def breast_mask(
    pixels: NDArray[np.float32], spacing: Spacing | None = None, grid: tuple[int, int] | None = None
) -> NDArray[np.bool_]:
    """Where the image shows the woman and not film, air, label or border: (rows, columns) bool.

    pixels: (rows, columns) float32 on any grey scale, bright = dense. The pectoral muscle is part of it.
    spacing: mm per row and column where known; tells a patch, in which tissue may lie in pieces, from a mammogram.
    grid: rows and columns of the mask, over the same rectangle; by default the image's.
    Otsu's threshold finds the tissue (Valvano 2018, section 2.1), the background's own level the skin line.
    A picture without background is breast from side to side, a black one has none.
    """
    shape = pixels.shape[0], pixels.shape[1]
    mask = _breast(own_scale(reduced(pixels)), is_patch(shape, spacing))
    return enlarged(mask, shape, grid or shape)


def is_patch(shape: tuple[int, ...], spacing: Spacing | None) -> bool:
    """Whether a picture is known to be too small for a breast's outline."""
    return spacing is not None and max(np.multiply(shape, spacing)) < PATCH_MM


def _breast(small: NDArray[np.float32], patch: bool) -> NDArray[np.bool_]:
    inside = ~film_border(small)
    breast = np.zeros(small.shape, bool)
    frame = np.ix_(inside.mean(axis=1) > 0.5, inside.mean(axis=0) > 0.5)
    if inside[frame].size:
        breast[frame] = _in_frame(small[frame], inside[frame], patch)
    return breast


def _in_frame(small: NDArray[np.float32], inside: NDArray[np.bool_], patch: bool) -> NDArray[np.bool_]:
    white = small >= WHITE * small.max()
    grey = inside & ~white
    bright = inside & (small > skin_level(small, grey if grey.any() else inside))
    if patch:
        return bright
    pieces = _pieces(bright, white)
    return _at_wall(_at_wall(pieces, _without_fog), _filled) & inside


def skin_level(small: NDArray[np.float32], inside: NDArray[np.bool_]) -> float:
    """The grey value that parts breast from background, by the pixels inside; `small` on its own scale, 0…1."""
    root = np.sqrt(small)
    if np.ptp(root[inside]) == 0:
        return 0.0
    parting = float(threshold_otsu(root[inside]))  # type: ignore[no-untyped-call]
    tissue = float(np.median(small[inside & (root > parting)]))
    air = _air(small, inside & (root <= parting))
    level = float(np.median(air))
    if level > DARK * tissue:
        return FRAME if (small[inside] <= FRAME).mean() > FRAMED else -1.0
    return min(level + RISE * (tissue - level), parting**2)


def _air(small: NDArray[np.float32], dark: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Grey values of the background away from the breast; the empty frame around a film does not count."""
    far = ndimage.distance_transform_edt(dark) > 0.05 * max(small.shape)
    values = small[far] if far.sum() > 0.01 * small.size else small[dark]
    film = values[values > FRAME]
    return film if len(film) > 0.05 * small.size else values


def _pieces(bright: NDArray[np.bool_], white: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The largest piece, and others nearly as large, without what hangs on by a thread; white weighs little."""
    radius = max(1, round(0.02 * max(bright.shape)))
    eroded = np.pad(bright, 1)
    eroded = ndimage.distance_transform_edt(eroded) > radius
    core = (ndimage.distance_transform_edt(~eroded) <= radius)[1:-1, 1:-1] if eroded.any() else eroded[1:-1, 1:-1]
    labels, count = ndimage.label(core)
    if count == 0:
        return bright
    areas = np.bincount(labels.ravel(), np.where(white, LABEL, 1.0).ravel())
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
