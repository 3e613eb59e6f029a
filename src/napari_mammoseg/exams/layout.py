"""Where the images of an exam hang: chest walls together, craniocaudal views above oblique ones, at one scale."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.exams.exam import PLACES, Place
from napari_mammoseg.exams.turning import Turn
from napari_mammoseg.mammogram import Spacing

GAP = 4.0
"""Between the rows, in mm (or pixels, where no spacing is known)."""
_EMPTY = (240.0, 180.0)
"""Height and width of a place where nothing hangs, if nothing hangs anywhere."""
Extent = tuple[float, float, float, float]
"""Top, left, bottom and right, in the units of the hanging."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """An image as it is to hang: its rows and columns, its pixel size where that is known, and its turn."""

    rows: int
    columns: int
    spacing: Spacing | None
    turn: Turn

    def size(self, unit: float) -> NDArray[np.float64]:
        """Height and width as it hangs, where `unit` is the size of a pixel that is not known."""
        return np.asarray(np.abs(self.turn) @ (np.array([self.rows, self.columns]) * self.step(unit)))

    def step(self, unit: float) -> NDArray[np.float64]:
        return np.array(self.spacing or (unit, unit))


@dataclass(frozen=True, slots=True)
class Hung:
    """Where an image hangs. affine: (3, 3), from its rows and columns times its layer's scale to the hanging."""

    affine: NDArray[np.float64]
    extent: Extent


def layout(sheets: Mapping[Place, Sheet], left: float = 0.0) -> tuple[dict[Place, Hung], dict[Place, Extent]]:
    """Where each image hangs, and the extents of the places that stay empty. `left`: where the hanging begins.

    An image of unknown pixel size is drawn as high as the known ones are on the average; where none is known, a pixel
    is a unit.
    """
    unit = _unit(sheets)
    sizes = {place: sheet.size(unit(sheet)) for place, sheet in sheets.items()}
    heights = {view: _largest(sizes, view, 0) for view in ("CC", "MLO")}
    wall = left + _largest(sizes, "R", 1)
    hung: dict[Place, Hung] = {}
    empty: dict[Place, Extent] = {}
    for place in PLACES:
        view = place[1:]
        top = 0.0 if view == "CC" else heights["CC"] + GAP
        size = sizes.get(place, (heights[view], _largest(sizes, place[0], 1)))
        top += (heights[view] - size[0]) / 2 if view == "CC" else 0.0
        start = wall if place[0] == "L" else wall - size[1]
        extent = (top, float(start), top + float(size[0]), float(start + size[1]))
        if place in sheets:
            hung[place] = Hung(_affine(sheets[place], extent, unit(sheets[place])), extent)
        else:
            empty[place] = extent
    return hung, empty


def _unit(sheets: Mapping[Place, Sheet]) -> Callable[[Sheet], float]:
    """The size of a pixel of each sheet whose own is unknown."""
    known = [each.size(1.0)[0] for each in sheets.values() if each.spacing is not None]

    def unit(sheet: Sheet) -> float:
        return float(np.mean(known) / sheet.size(1.0)[0]) if known and sheet.spacing is None else 1.0

    return unit


def _largest(sizes: Mapping[Place, NDArray[np.float64]], part: str, axis: int) -> float:
    """The largest height or width of the places whose names hold `part`, else of all, else that of an empty place."""
    among = [size[axis] for place, size in sizes.items() if part in (place[0], place[1:])]
    return float(max(among or [size[axis] for size in sizes.values()] or [_EMPTY[axis]]))


def _affine(sheet: Sheet, extent: Extent, unit: float) -> NDArray[np.float64]:
    """Turned, and moved so that its upper left corner is that of the extent; pixel centres are at whole numbers."""
    step = sheet.step(unit)
    corners = np.array([[-0.5, -0.5], [sheet.rows - 0.5, sheet.columns - 0.5]]) * step
    first = (corners @ sheet.turn.T).min(axis=0)
    stretched = sheet.turn * (1.0 if sheet.spacing is not None else unit)
    affine = np.eye(3)
    affine[:2, :2], affine[:2, 2] = stretched, np.array(extent[:2]) - first
    return affine
