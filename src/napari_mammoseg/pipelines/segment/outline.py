"""From the probabilities of pixels to the outline of one mass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.findings import Box

Array = NDArray[np.float32]
Part = tuple[slice, slice]
Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Seen:
    """Probabilities (rows, columns) of the image's pixels in `part`."""

    values: Array
    part: Part


@dataclass(frozen=True, slots=True)
class Outline:
    """Which pixels of a part of the image belong to a mass: those cut out at `cut`; and their mean probability."""

    mask: NDArray[np.bool_]
    part: Part
    probability: float
    cut: float

    @property
    def box(self) -> Box:
        """Half-open, on the image."""
        rows, columns = (np.flatnonzero(self.mask.any(axis=axis)) for axis in (1, 0))
        top, left = (each.start for each in self.part)
        return top + int(rows[0]), left + int(columns[0]), top + int(rows[-1]) + 1, left + int(columns[-1]) + 1


def inside(seen: Seen, box: Box) -> Seen:
    """What was seen within the box."""
    rows, columns = (
        slice(max(part.start, box[axis]), min(part.stop, box[axis + 2])) for axis, part in enumerate(seen.part)
    )
    top, left = (part.start for part in seen.part)
    return Seen(
        seen.values[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left], (rows, columns)
    )


def best_piece(seen: Seen, cut: float) -> Outline:
    """The largest connected piece of pixels at `cut` or above, with its holes filled.

    Where no pixel reaches `cut`, the mass is faint, and the cut is half of the highest probability.
    """
    highest = float(seen.values.max())
    if highest < cut:
        cut = highest / 2
    labels, _ = ndimage.label(seen.values >= cut)
    return outlined(seen, labels == int(np.bincount(labels.ravel())[1:].argmax()) + 1, cut)


def outlined(seen: Seen, piece: NDArray[np.bool_], cut: float) -> Outline:
    """A piece of what was seen, with its holes filled."""
    mask = ndimage.binary_fill_holes(piece)
    return Outline(mask, seen.part, float(seen.values[mask].mean()), cut)


def painted(outlines: Mapping[int, Outline], shape: Size) -> NDArray[np.uint16]:
    """The outlines as labels on the image of `shape`. Pixels of two masses are labelled as the first one's."""
    labels = np.zeros(shape, np.uint16)
    for id, each in outlines.items():
        there = labels[each.part]
        there[each.mask & (there == 0)] = id
    return labels


def joined(parts: Sequence[Seen]) -> tuple[Array, Size]:
    """The highest probability of each pixel in the rectangle around all parts, and where this begins on the image."""
    if not parts:
        return np.zeros((1, 1), np.float32), (0, 0)
    top, left = (min(each.part[axis].start for each in parts) for axis in (0, 1))
    bottom, right = (max(each.part[axis].stop for each in parts) for axis in (0, 1))
    whole = np.zeros((bottom - top, right - left), np.float32)
    for each in parts:
        rows, columns = each.part
        there = whole[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        np.maximum(there, each.values, out=there)
    return whole, (top, left)
