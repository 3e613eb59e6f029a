"""A synthetic mammogram from a seed: the same seed gives the same bytes, and at another pixel size the same breast."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Lesion, Mammogram, Window
from napari_mammoseg.phantom.detector import detect
from napari_mammoseg.phantom.grid import Grid, stream
from napari_mammoseg.phantom.outline import Outline, outline
from napari_mammoseg.phantom.planting import Bed, Planted
from napari_mammoseg.phantom.tissue import DENSITIES, Density, tissue
from napari_mammoseg.phantom.vessels import draw_vessels, vessels
from napari_mammoseg.phantom.wanted import Wanted, wanted

FIELD_MM = (50.0, 450.0)
"""Shortest and longest side of a field in which a breast is drawn."""
_BLOCK_MM = 20.0
MOST_PIXELS = 60_000_000
WINDOWS = (Window("NORMAL", 0.12, 1.0), Window("HARDER", 0.25, 0.9), Window("SOFTER", 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Request:
    """Which phantom: lesions as `wanted` reads them; density a to d, or None for any."""

    seed: int = 0
    view: Literal["CC", "MLO"] = "CC"
    laterality: Literal["L", "R"] = "L"
    rows: int = 1024
    columns: int = 1024
    spacing_mm: float = 0.2
    lesions: str = "random"
    density: Density | None = None


@dataclass(frozen=True, slots=True)
class Phantom:
    """A synthetic mammogram, its mask (uint16 labels, the lesions' ids) and its lesions."""

    image: Mammogram
    mask: NDArray[np.uint16]
    lesions: tuple[Planted, ...]
    request: Request
    density: Density


def make(request: Request) -> Phantom:
    """The phantom that `request` describes. Raises InputError for what cannot be drawn."""
    field, density, lesions = planned(request)
    grey, mask, planted = _breast(request, field, density, lesions)
    if request.laterality == "R":
        grey, mask = grey[:, ::-1], mask[:, ::-1]
        planted = tuple(each.mirrored(request.columns) for each in planted)
    mask = np.ascontiguousarray(mask)
    return Phantom(_mammogram(request, grey, mask, planted), mask, planted, request, density)


def planned(request: Request) -> tuple[Grid, Density, tuple[Wanted, ...]]:
    """Grid, density and lesions of the phantom, nothing drawn yet. Raises InputError for what cannot be."""
    field = Grid(request.rows, request.columns, request.spacing_mm)
    _check(field)
    rng = stream(request.seed, "request")
    density = request.density or DENSITIES[rng.choice(4, p=(0.1, 0.4, 0.4, 0.1))]
    return field, density, wanted(request.lesions, rng)


def _breast(
    request: Request, field: Grid, density: Density, lesions: tuple[Wanted, ...]
) -> tuple[NDArray[np.float32], NDArray[np.uint16], tuple[Planted, ...]]:
    """Grey and mask of the field, chest wall at the left; only columns that the breast reaches are worked out."""
    grid, breast = _cropped(field, outline(request.seed, field.coarse(), request.view))
    body = tissue(request.seed, grid, breast, request.view, density)
    tree = vessels(request.seed, breast, grid, request.view)
    body.grey[...] += draw_vessels(grid, tree)
    mask = np.zeros(body.grey.shape, np.uint16)
    planted = Bed(request.seed, grid, breast, body, tree, body.grey, mask, []).plant(lesions)
    inside = grid.refine((1 / (1 + np.exp(-np.clip(breast.depth / 0.12, -30, 30)))).astype(np.float32))
    seen = detect(request.seed, grid, body.grey * inside, inside)
    seen = np.clip(seen, 0, 1) * (inside > 0.02)
    beyond = ((0, 0), (0, field.columns - grid.columns))
    return np.pad(seen, beyond), np.pad(mask, beyond), planted


def _cropped(field: Grid, breast: Outline) -> tuple[Grid, Outline]:
    """The left part of the field that holds the breast, in whole blocks, so that every pixel size is cropped alike."""
    reach = np.flatnonzero((breast.depth > -2).any(axis=0)).max() * field.coarse().spacing + 3
    width = min(field.width_mm, np.ceil(reach / _BLOCK_MM) * _BLOCK_MM)
    grid = Grid(field.rows, min(field.columns, round(width / field.spacing)), field.spacing)
    return grid, replace(breast, depth=breast.depth[:, : grid.coarse().columns])


def _check(field: Grid) -> None:
    low, high = FIELD_MM
    if not (np.isfinite(field.spacing) and field.spacing > 0):
        raise InputError("--spacing", f"cannot be {field.spacing:g} mm", "give a length above 0")
    if not (low <= field.height_mm <= high and low <= field.width_mm <= high):
        size = f"{field.height_mm:.0f} × {field.width_mm:.0f} mm"
        raise InputError("--size", f"makes a field of {size}", f"choose sides of {low:g} to {high:g} mm")
    if field.rows * field.columns > MOST_PIXELS:
        raise InputError("--size", f"has more than {MOST_PIXELS:,} pixels", "ask for a smaller image")


def _mammogram(
    request: Request, grey: NDArray[np.float32], mask: NDArray[np.uint16], planted: tuple[Planted, ...]
) -> Mammogram:
    return Mammogram(
        np.ascontiguousarray(grey),
        name=f"phantom-{request.seed}-{request.laterality}-{request.view}",
        format="phantom",
        spacing=(request.spacing_mm, request.spacing_mm),
        spacing_source="phantom",
        view=request.view,
        laterality=request.laterality,
        intent="FOR PRESENTATION",
        windows=WINDOWS,
        truth=tuple(_lesion(each, mask) for each in planted),
    )


def _lesion(planted: Planted, mask: NDArray[np.uint16]) -> Lesion:
    """A mass with its mask; calcifications and clusters, which are many and small, with their boxes."""
    if planted.kind == "mass":
        return Lesion("mass", planted.label, mask=mask == planted.id, attributes={"form": planted.form})
    r0, c0, r1, c1 = planted.box
    return Lesion(planted.kind, planted.label, box=(r0, c0, r1, c1), attributes={"form": planted.form})
