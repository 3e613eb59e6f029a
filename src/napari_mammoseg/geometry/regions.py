"""The shapes of the truth: mask, contour, circle, box or point, asked the same questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from skimage.measure import points_in_poly

from napari_mammoseg.geometry.boxes import areas, centres, contains
from napari_mammoseg.mammogram import Lesion

Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Region:
    """Where a lesion lies, in the image's pixels (pixel centres at whole numbers).

    box: half-open, not rounded. centre: row, column. area: square pixels, 0 for a point.
    holds: which of the points (n, 2) lie in it, bool (n,).
    """

    box: tuple[float, float, float, float]
    centre: tuple[float, float]
    area: float
    holds: Callable[[Points], NDArray[np.bool_]]

    def pixels(self) -> tuple[int, int, NDArray[np.bool_]]:
        """First row and column of a window, and which of its pixels belong to the region (at least one)."""
        row0, column0 = (int(np.floor(edge)) for edge in self.box[:2])
        row1, column1 = (
            max(int(np.ceil(edge)), low + 1) for edge, low in zip(self.box[2:], (row0, column0), strict=True)
        )
        rows, columns = np.mgrid[row0:row1, column0:column1]
        inside = self.holds(np.stack([rows.ravel(), columns.ravel()], axis=1).astype(np.float64)).reshape(rows.shape)
        if not inside.any():
            inside[
                tuple(np.clip(np.round(self.centre) - (row0, column0), 0, np.subtract(inside.shape, 1)).astype(int))
            ] = True
        return row0, column0, inside

    def values(self, image: NDArray[Any]) -> NDArray[Any]:
        """What an image (rows, columns) holds at the region's pixels; those outside it are left out."""
        row0, column0, inside = self.pixels()
        top, left = max(-row0, 0), max(-column0, 0)
        inside = inside[top : max(image.shape[0] - row0, 0), left : max(image.shape[1] - column0, 0)]
        corner = row0 + top, column0 + left
        return image[corner[0] : corner[0] + inside.shape[0], corner[1] : corner[1] + inside.shape[1]][inside]


def region(lesion: Lesion) -> Region | None:
    """The region of a lesion by its most precise shape, or None where its place is unknown."""
    if lesion.mask is not None:
        return of_mask(lesion.mask)
    if lesion.contour is not None:
        return _of_contour(lesion.contour)
    if lesion.circle is not None:
        return _of_circle(*lesion.circle)
    if lesion.box is not None:
        return of_box(lesion.box)
    return None if lesion.point is None else _of_point(lesion.point)


def fill(lesion: Lesion, shape: tuple[int, int]) -> NDArray[np.bool_]:
    """The lesion's pixels in an image of `shape`; empty where its place is unknown."""
    where = region(lesion)
    mask = np.zeros(shape, bool)
    if where is not None:
        paste(mask, *where.pixels())
    return mask


def paste(mask: NDArray[np.bool_], row0: int, column0: int, window: NDArray[np.bool_]) -> None:
    """Adds a window, which may reach outside, to `mask`."""
    top, left = max(-row0, 0), max(-column0, 0)
    part = window[top:, left:][: max(mask.shape[0] - row0 - top, 0), : max(mask.shape[1] - column0 - left, 0)]
    row0, column0 = row0 + top, column0 + left
    mask[row0 : row0 + part.shape[0], column0 : column0 + part.shape[1]] |= part


def of_mask(mask: NDArray[np.bool_], row0: int = 0, column0: int = 0) -> Region | None:
    """The region of a mask whose first pixel is at `row0`, `column0`; None where it is empty."""
    found = ndimage.find_objects(mask.astype(np.uint8))
    if not found:
        return None
    rows, columns = found[0]
    window = mask[rows, columns]
    corner = np.array([row0 + rows.start, column0 + columns.start])
    ends = corner + window.shape
    centre = corner + ndimage.center_of_mass(window)

    def holds(points: Points) -> NDArray[np.bool_]:
        places = np.floor(points + 0.5).astype(int) - corner
        inside = ((places >= 0) & (places < window.shape)).all(axis=1)
        inside[inside] = window[tuple(places[inside].T)]
        return np.asarray(inside)

    box = (float(corner[0]), float(corner[1]), float(ends[0]), float(ends[1]))
    return Region(box, (float(centre[0]), float(centre[1])), float(window.sum()), holds)


def _of_contour(contour: NDArray[np.float64]) -> Region:
    contour = np.asarray(contour, np.float64)
    low, high = contour.min(axis=0), contour.max(axis=0)
    area, centre = _polygon(contour)
    if area == 0:
        return _of_point((float(centre[0]), float(centre[1])))
    box = (float(low[0] + 0.5), float(low[1] + 0.5), float(high[0] + 0.5), float(high[1] + 0.5))
    return Region(box, (float(centre[0]), float(centre[1])), area, lambda points: _in_polygon(points, contour))


def _in_polygon(points: Points, contour: NDArray[np.float64]) -> NDArray[np.bool_]:
    return np.asarray(points_in_poly(points, contour), np.bool_)  # type: ignore[no-untyped-call]


def _polygon(contour: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Area and centroid by the shoelace formula; the mean of the points where the area is 0."""
    start, end = contour - contour[0], np.roll(contour, -1, axis=0) - contour[0]
    cross = start[:, 0] * end[:, 1] - end[:, 0] * start[:, 1]
    twice = float(cross.sum())
    if abs(twice) < 1e-9:
        return 0.0, contour.mean(axis=0)
    return abs(twice) / 2, contour[0] + ((start + end) * cross[:, None]).sum(axis=0) / (3 * twice)


def _of_circle(row: float, column: float, radius: float) -> Region:
    box = (row - radius + 0.5, column - radius + 0.5, row + radius + 0.5, column + radius + 0.5)
    return Region(
        box,
        (row, column),
        float(np.pi * radius**2),
        lambda points: np.asarray(np.hypot(*(points - (row, column)).T) <= radius),
    )


def of_box(box: tuple[float, float, float, float]) -> Region:
    """The region of a half-open box."""
    row, column = centres(box)[0]
    return Region(box, (float(row), float(column)), float(areas(box)[0]), lambda points: contains(box, points)[0])


def _of_point(point: tuple[float, float]) -> Region:
    box = (point[0], point[1], point[0] + 1, point[1] + 1)
    return Region(box, point, 0.0, lambda points: np.asarray((points == point).all(axis=1)))
