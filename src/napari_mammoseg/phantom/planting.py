"""Lesions put into a phantom's tissue, with their exact truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.errors import InputError
from napari_mammoseg.geometry.windows import Slices
from napari_mammoseg.phantom import calcifications, masses
from napari_mammoseg.phantom.calcifications import Form, Speck
from napari_mammoseg.phantom.grid import Grid, stream
from napari_mammoseg.phantom.outline import Outline
from napari_mammoseg.phantom.stamp import overlap, ring
from napari_mammoseg.phantom.tissue import Tissue
from napari_mammoseg.phantom.vessels import STEP_MM, Vessel
from napari_mammoseg.phantom.wanted import Wanted

ATTENUATION_PER_MM = 3.4
"""How fast a calcification goes from the tissue's grey towards white with its thickness."""
MASS_GREY = 0.13
VISIBLE = 0.05
"""Least grey by which a mass is brighter in the mean than the ring around it."""

Box = tuple[int, int, int, int]
Place = tuple[float, float]
"""Row and column in mm."""
Stretch = tuple[Vessel, int, int]
"""A vessel, its first point and the one after its last."""


@dataclass(frozen=True, slots=True)
class Planted:
    """One lesion's truth, in the phantom's pixels.

    id: its label in the mask. No pixel bears a cluster's: its calcifications bear theirs, and name it in `cluster`.
    diameter_mm: as asked for; of a cluster its box's longer side.
    """

    id: int
    kind: Literal["mass", "calcification", "cluster"]
    form: str
    label: Literal["benign", "malignant"]
    box: Box
    centroid: tuple[float, float]
    diameter_mm: float
    area_mm2: float | None
    cluster: int | None = None

    def mirrored(self, columns: int) -> Planted:
        """The same lesion in the image turned left to right."""
        r0, c0, r1, c1 = self.box
        return replace(
            self, box=(r0, columns - c1, r1, columns - c0), centroid=(self.centroid[0], columns - 1 - self.centroid[1])
        )


@dataclass(slots=True)
class Bed:
    """What lesions are planted into: grey and mask are changed in place."""

    seed: int
    grid: Grid
    breast: Outline
    tissue: Tissue
    vessels: list[Vessel]
    grey: NDArray[np.float32]
    mask: NDArray[np.uint16]
    taken: list[tuple[float, float, float]]

    def plant(self, lesions: tuple[Wanted, ...]) -> tuple[Planted, ...]:
        """Masses first, so that calcifications lie over them. Raises InputError where one finds no room."""
        planted: list[Planted] = []
        ordered = sorted(enumerate(lesions), key=lambda each: each[1].kind != "mass")
        for number, lesion in ordered:
            rng = stream(self.seed, "lesion", number)
            fitted, room = self._room(lesion, rng)
            planted.extend(_PLANT[lesion.kind](self, fitted, rng, len(planted) + 1, room))
        return tuple(planted)

    def _room(self, lesion: Wanted, rng: np.random.Generator) -> tuple[Wanted, Any]:
        """Where the lesion goes; one whose size nobody gave is made smaller where there is no room for it."""
        room = _ROOM[lesion.kind](self, lesion, rng)
        while room is None and not lesion.size_given and lesion.size_mm > 3:
            lesion = replace(lesion, size_mm=0.8 * lesion.size_mm)
            room = _ROOM[lesion.kind](self, lesion, rng)
        if room is None:
            what = f"finds no room for {lesion.size_mm:g} mm"
            raise InputError(f"--lesions {lesion.kind}", what, "ask for fewer or smaller ones, or a larger breast")
        return lesion, room


def _mass(bed: Bed, lesion: Wanted, rng: np.random.Generator, first: int, place: Place) -> Iterator[Planted]:
    spacing = (bed.grid.spacing, bed.grid.spacing)
    shape = masses.draw(rng, lesion.size_mm, spacing, lesion.form)  # type: ignore[arg-type]
    window, part = _window(bed, place, shape.mask.shape)
    density, body = shape.density[part], shape.mask[part]
    around = ring(body, 2.0 / bed.grid.spacing)
    grey = bed.grey[window]
    gained = density[body].mean() - density[around].mean()
    lacking = grey[around].mean() - grey[body].mean() + VISIBLE
    grey += np.float32(max(MASS_GREY * rng.uniform(0.85, 1.3), lacking / gained)) * density
    bed.mask[window][body] = first
    yield _truth(bed.grid, first, "mass", lesion, window, body)


def _cluster(bed: Bed, lesion: Wanted, rng: np.random.Generator, first: int, place: Place) -> Iterator[Planted]:
    row, column = place
    specks = calcifications.lay_out(rng, lesion.count, lesion.size_mm, lesion.form)  # type: ignore[arg-type]
    moved = [replace(each, row_mm=each.row_mm + row, column_mm=each.column_mm + column) for each in specks]
    yield from _specks(bed, lesion, rng, moved, first)


def _vascular(bed: Bed, lesion: Wanted, rng: np.random.Generator, first: int, stretch: Stretch) -> Iterator[Planted]:
    """Both walls of a stretch of the widest vessel, in pieces and grains with gaps between: tram tracks."""
    specks = _walls(stretch, rng, (-0.12, 0.12)) or _walls(stretch, rng, (-1.0, -0.5))
    yield from _specks(bed, lesion, rng, specks, first)


def _walls(stretch: Stretch, rng: np.random.Generator, bar: tuple[float, float]) -> list[Speck]:
    """What lies in the walls where a random crust is thicker than a level drawn within `bar`: now and then nothing."""
    vessel, start, stop = stretch
    points = vessel.points[start:stop]
    tangent = np.gradient(points, axis=0)
    tangent /= np.maximum(np.hypot(*tangent.T), 1e-6)[:, None]
    specks = []
    for side in (-1, 1):
        crust = ndimage.gaussian_filter1d(rng.normal(size=len(points)), 4, mode="wrap")
        for at in np.flatnonzero(crust > rng.uniform(*bar)):
            away = side * max(vessel.radius_mm[start + at], 0.6) + rng.normal(0, 0.08)
            row, column = points[at] + away * np.array([-tangent[at, 1], tangent[at, 0]]) + rng.normal(0, 0.1, 2)
            form: Form = "linear" if rng.uniform() < 0.5 else "pleomorphic"
            size = rng.uniform(0.5, 1.4) if form == "linear" else rng.uniform(0.15, 0.4)
            angle = float(np.arctan2(*tangent[at]) + rng.normal(0, 0.12))
            specks.append(Speck(float(row), float(column), size, form, angle))
    return specks


_PLANT: dict[str, Callable[..., Iterator[Planted]]] = {"mass": _mass, "cluster": _cluster, "vascular": _vascular}


def _specks(bed: Bed, lesion: Wanted, rng: np.random.Generator, specks: list[Speck], first: int) -> Iterator[Planted]:
    """Every calcification in its own pixels, then the cluster that they make."""
    mm = bed.grid.spacing
    planted: list[Planted] = []
    for speck in specks:
        where = np.array([speck.row_mm, speck.column_mm]) / mm - 0.5
        pixel = np.round(where)
        offset = tuple(float(each) for each in where - pixel)
        shape = calcifications.draw(rng, speck.diameter_mm, (mm, mm), speck.form, speck.angle, offset)  # type: ignore[arg-type]
        window, part = _window(bed, tuple((pixel + 0.5) * mm), shape.mask.shape)
        thickness, body = shape.thickness[part] * np.float32(speck.diameter_mm), shape.mask[part]
        body = body & (bed.mask[window] <= first - 1)
        if not body.any():
            continue
        grey = bed.grey[window]
        grey += np.clip(1.0 - grey, 0, None) * -np.expm1(-ATTENUATION_PER_MM * thickness)
        id = first + len(planted)
        bed.mask[window][body] = id
        truth = _truth(bed.grid, id, "calcification", lesion, window, body)
        planted.append(replace(truth, form=speck.form, diameter_mm=round(speck.diameter_mm, 4)))
    if not planted:
        raise InputError(
            f"--lesions {lesion.kind}", "finds no room", "ask for fewer or smaller ones, or another --seed"
        )
    cluster = first + len(planted)
    yield from (replace(each, cluster=cluster) for each in planted)
    yield _around(bed.grid, cluster, lesion, planted)


def _around(grid: Grid, id: int, lesion: Wanted, members: list[Planted]) -> Planted:
    boxes = np.array([each.box for each in members])
    box = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    row, column = np.mean([each.centroid for each in members], axis=0)
    extent = max(box[2] - box[0], box[3] - box[1]) * grid.spacing
    return Planted(id, "cluster", lesion.form, lesion.label, box, (float(row), float(column)), round(extent, 4), None)


def _truth(
    grid: Grid,
    id: int,
    kind: Literal["mass", "calcification"],
    lesion: Wanted,
    window: tuple[slice, slice],
    body: NDArray,
) -> Planted:
    rows, columns = np.nonzero(body)
    r0, c0 = window[0].start, window[1].start
    box = (int(r0 + rows.min()), int(c0 + columns.min()), int(r0 + rows.max()) + 1, int(c0 + columns.max()) + 1)
    centroid = (float(r0 + rows.mean()), float(c0 + columns.mean()))
    area = round(float(body.sum()) * grid.spacing**2, 4)
    return Planted(id, kind, lesion.form, lesion.label, box, centroid, round(lesion.size_mm, 4), area)


def _place(bed: Bed, lesion: Wanted, rng: np.random.Generator) -> Place | None:
    """A place in mm with room for the lesion: in the breast, more likely in gland, off the muscle and other lesions."""
    grid, half = bed.grid.coarse(), 0.5 * lesion.size_mm
    weight = (0.05 + bed.tissue.gland) * (bed.breast.depth > half + 3) * (bed.tissue.muscle < 0.05)
    for row, column, taken in bed.taken:
        weight = weight * (np.hypot(grid.row_mm - row, grid.column_mm - column) > taken + half + 1)
    for mm, length in ((grid.row_mm, grid.height_mm), (grid.column_mm, grid.width_mm)):
        weight = weight * (mm > half + 2) * (mm < length - half - 2)
    total = np.cumsum(weight, dtype=np.float64)
    if total[-1] <= 0:
        return None
    at = int(np.searchsorted(total, rng.uniform() * total[-1]))
    row, column = (np.array(np.unravel_index(at, weight.shape)) + 0.5) * grid.spacing
    bed.taken.append((float(row), float(column), half))
    return float(row), float(column)


def _stretch(bed: Bed, lesion: Wanted, rng: np.random.Generator) -> Stretch | None:
    """The widest vessel that runs long enough inside the breast, and from which to which point the lesion lies."""
    grid = bed.grid.coarse()
    length = max(2, int(lesion.size_mm / STEP_MM))
    for vessel in bed.vessels:
        pixels = np.floor(vessel.points / grid.spacing).astype(int)
        within = ((pixels >= 0) & (pixels < (grid.rows, grid.columns))).all(axis=1)
        pixels = np.clip(pixels, 0, (grid.rows - 1, grid.columns - 1))
        good = within & (bed.breast.depth[tuple(pixels.T)] > 6) & (bed.tissue.muscle[tuple(pixels.T)] < 0.05)
        starts = np.flatnonzero(np.convolve(good, np.ones(length), "full")[length - 1 :] == length)
        if starts.size:
            start = int(rng.choice(starts))
            return vessel, start, start + length
    return None


_ROOM: dict[str, Callable[..., Any]] = {"mass": _place, "cluster": _place, "vascular": _stretch}


def _window(bed: Bed, place: tuple[float, ...], shape: tuple[int, ...]) -> tuple[Slices, Slices]:
    """Where a patch of odd sides centred at `place` (mm) lies in the image, and the part of it that does."""
    row, column = (int(np.floor(where / bed.grid.spacing)) for where in place)
    return overlap((row, column), shape, bed.mask.shape)
