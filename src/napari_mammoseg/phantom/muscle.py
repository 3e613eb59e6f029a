"""The pectoral muscle of the oblique view: a bright, slightly curved triangle at axilla and chest wall."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.phantom.grid import Grid, stream
from napari_mammoseg.phantom.outline import Outline
from napari_mammoseg.phantom.texture import along


def muscle(seed: int, grid: Grid, breast: Outline) -> NDArray[np.float32]:
    """How much of each pixel's tissue is muscle, 0…1, float32 (rows, columns) on the coarse grid."""
    rng = stream(seed, "muscle")
    top_width = _inside_width(breast, grid) * rng.uniform(0.38, 0.74)
    bottom = breast.nipple[0] * rng.uniform(0.6, 1.08)
    part = np.clip(grid.row_mm / np.float32(bottom), 0, 1.2)
    bulge = rng.uniform(-0.06, 0.13)
    edge = top_width * (1 - part + bulge * np.sin(np.pi * np.clip(part, 0, 1)))
    edge = edge + np.float32(rng.uniform(0.3, 1.0)) * np.sin(
        grid.row_mm / np.float32(rng.uniform(9, 16)) + rng.uniform(0, 6)
    )
    depth = (edge - grid.column_mm) * np.float32(bottom / np.hypot(bottom, top_width))
    softness = np.float32(rng.uniform(0.7, 1.4))
    return (1 / (1 + np.exp(-np.clip(depth / softness, -30, 30)))).astype(np.float32)


def fibres(seed: int, grid: Grid, breast: Outline) -> NDArray[np.float32]:
    """Striation along the muscle, deviation about 1."""
    insertion = (breast.nipple[0] * 1.15, -0.25 * breast.length_mm)
    return along(seed, "fibres", grid, 2.2, insertion, 9.0, 90.0)


def _inside_width(breast: Outline, grid: Grid) -> float:
    """Width of the breast at the image's upper border, in mm."""
    return float(np.count_nonzero(breast.depth[0] > 0) * grid.spacing)
