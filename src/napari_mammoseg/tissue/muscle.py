"""The pectoral muscle in a mediolateral oblique view.

Its edge is sought as a straight line across the upper corner at the chest wall, then followed by a shortest path in a
band around that line. All lengths in here are pixels of a copy of the breast that is 256 pixels long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.tissue.grey_scale import own_scale
from napari_mammoseg.tissue.reduced import enlarged, reduced, thinned

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]
T = TypeVar("T", bound=np.generic)

LENGTH = 256  # pixels of the longer side of the copy
WALL = 4  # pixels along the chest wall that a film's edge may brighten
OFFSETS = (3.0, 5.0, 8.0)  # pixels to either side of a line where grey is compared
SAMPLES = 48  # points along a line
REACH = 14  # pixels that the edge may leave its line
BEND = 0.3  # price of a pixel sideways, in the units of an edge
FAINTEST = 0.4  # least edge, in standard deviations of the breast's grey, that is a muscle's in an MLO view
CLEAR = 1.0  # the same where the view is not known: more than craniocaudal views show
WITHOUT = {"CC", "CCFB", "XCC", "XCCL", "XCCM"}  # views that show no muscle, or not in the upper corner


def pectoral_muscle(pixels: Grey, breast: Mask, view: str | None = None) -> Mask:
    """Where the pectoral muscle is seen: (rows, columns) bool, part of the breast region, often empty.

    pixels: (rows, columns) float32 on any grey scale, bright = dense. breast: what `breast_mask` gives.
    The side is found by content. view: "MLO" takes a faint edge too, craniocaudal views have no muscle, any other or
    None wants a clear one.
    """
    small, inside = own_scale(reduced(pixels)), thinned(breast)
    muscle = np.zeros(small.shape, bool)
    if view not in WITHOUT and inside.any():
        frame = _bounds(inside)
        muscle[frame] = _in_frame(small[frame], inside[frame], FAINTEST if view == "MLO" else CLEAR)
    found = enlarged(muscle, pixels.shape, pixels.shape)
    found &= breast
    return found


def _bounds(mask: Mask) -> tuple[slice, slice]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1)


def _in_frame(grey: Grey, inside: Mask, clear: float) -> Mask:
    """The muscle in a frame that fits the breast tightly: turned so that the chest wall is left, at one size."""
    width = -(-grey.shape[1] // 20)
    step = -1 if inside[:, -width:].sum() > inside[:, :width].sum() else 1
    scale = LENGTH / max(grey.shape)
    breast = _zoomed(inside[:, ::step], scale, scale) > 0.5
    contrast = _contrast(_zoomed(np.where(inside, grey, 0)[:, ::step], scale, scale), breast)
    line, strength = _best_line(contrast, breast)
    if strength < clear:
        return np.zeros(grey.shape, bool)
    found = _above_edge(contrast, breast, line)
    back = _zoomed(found, grey.shape[0] / found.shape[0], grey.shape[1] / found.shape[1])
    return (back[:, ::step] > 0.5) & inside


def _zoomed(array: NDArray[np.generic], rows: float, columns: float) -> Grey:
    return np.asarray(ndimage.zoom(array.astype(np.float32), (rows, columns), order=1))


def _contrast(grey: Grey, breast: Mask) -> Grey:
    """The grey values, smoothed, in standard deviations of the breast."""
    spread = grey[breast].std() if breast.any() else np.float32(0)
    return np.asarray(ndimage.gaussian_filter(grey, 1.5) / (spread or np.float32(1)), np.float32)


@dataclass(frozen=True, slots=True)
class Line:
    """From (row 0, column `across`) down to (row `down`, column 0)."""

    across: float
    down: float

    @property
    def length(self) -> float:
        return float(np.hypot(self.across, self.down))

    @property
    def outward(self) -> tuple[float, float]:
        """Row and column of the unit vector away from the muscle."""
        return self.across / self.length, self.down / self.length


def _lines(rows: int) -> list[Line]:
    """Lines as steep as a muscle's edge is."""
    pairs = ((across, down) for across in range(12, 200, 5) for down in range(24, min(rows, LENGTH), 6))
    return [Line(across, down) for across, down in pairs if 0.9 < down / across < 8]


def _best_line(contrast: Grey, breast: Mask) -> tuple[Line, float]:
    """The line with the strongest and steadiest fall of grey across it, and that strength (0 where there is none)."""
    lines = _lines(len(contrast))
    if not lines:
        return Line(1, 1), 0.0
    fall, seen = _falls(contrast, breast, lines)
    visible = seen.mean(axis=1)
    mean = fall.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    length = np.array([each.length for each in lines]) * visible / 100
    strength = (mean + np.quantile(fall, 0.25, axis=1)) * visible * np.sqrt(length)
    best = int(strength.argmax())
    return lines[best], float(strength[best])


def _falls(contrast: Grey, breast: Mask, lines: list[Line]) -> tuple[Grey, Mask]:
    """Fall of grey from inside to outside at points along the lines, and whether a point lies in the breast."""
    at = (np.arange(SAMPLES) + 0.5) / SAMPLES
    rows = np.array([[each.down] for each in lines]) * at
    columns = np.array([[each.across] for each in lines]) * (1 - at)
    down, right = (np.array([each.outward for each in lines]).T)[:, :, None]
    seen = _at(breast, rows, columns) & (columns >= WALL)
    fall = np.zeros(rows.shape, np.float32)
    for offset in OFFSETS:
        outer = rows + offset * down, columns + offset * right
        inner = np.maximum(rows - offset * down, 0), np.maximum(columns - offset * right, WALL)
        fall += (_at(contrast, *inner) - _at(contrast, *outer)) * _at(breast, *outer)
    return np.where(seen, fall / len(OFFSETS), 0).astype(np.float32), seen


def _at(array: NDArray[T], rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[T]:
    """Values at the nearest pixels, zero outside."""
    row, column = np.rint(rows).astype(int), np.rint(columns).astype(int)
    padded = np.pad(array, 1)
    values: NDArray[T] = padded[np.clip(row + 1, 0, len(array) + 1), np.clip(column + 1, 0, array.shape[1] + 1)]
    return values


def _above_edge(contrast: Grey, breast: Mask, line: Line) -> Mask:
    """The breast on the muscle's side of the best path along the line."""
    down, right = line.outward
    along = np.arange(-REACH, int(line.length) + REACH)
    aside = np.arange(-REACH, REACH + 1)
    rows = along[:, None] * right + aside * down
    columns = line.across - along[:, None] * down + aside * right
    edge = aside[_best_path(_edge(contrast, breast, rows, columns, line.outward))]
    row, column = np.indices(breast.shape)
    step = np.rint(row * right - (column - line.across) * down).astype(int) + REACH
    muscle: Mask = breast & (row * down + (column - line.across) * right < edge[np.clip(step, 0, len(along) - 1)])
    return muscle


def _edge(
    contrast: Grey,
    breast: Mask,
    rows: NDArray[np.float64],
    columns: NDArray[np.float64],
    outward: tuple[float, float],
) -> Grey:
    """Fall of grey along `outward` at the given points, -1…1; 0 outside the breast."""

    def grey(offset: float) -> Grey:
        points = [rows + offset * outward[0], columns + offset * outward[1]]
        return np.asarray(ndimage.map_coordinates(contrast, points, order=1, mode="nearest"))

    fall = sum((grey(-offset) - grey(offset) for offset in (1.5, 3.0, 5.0)), np.zeros(rows.shape, np.float32)) / 3
    return np.where(_at(breast, rows, columns), np.clip(fall, -1, 1), 0).astype(np.float32)


def _best_path(gain: Grey) -> NDArray[np.int64]:
    """The column in each row of the path with the largest sum that moves at most one column a row."""
    total = gain[0]
    came = np.zeros(gain.shape, np.int64)
    columns = np.arange(gain.shape[1])
    for row in range(1, len(gain)):
        aside = np.pad(total, 1, constant_values=-np.inf) - BEND
        options = np.stack([total, aside[:-2], aside[2:]])
        choice = options.argmax(axis=0)
        came[row] = columns + np.array([0, -1, 1])[choice]
        total = options.max(axis=0) + gain[row]
    path = [int(total.argmax())]
    for row in range(len(gain) - 1, 0, -1):
        path.append(int(came[row, path[-1]]))
    return np.array(path[::-1])
