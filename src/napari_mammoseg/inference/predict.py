"""A dense network over a whole mammogram, tile by tile: each is reported, and a run can be cancelled between two."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.inference.backends import compiled
from napari_mammoseg.inference.tiles import Tile, tiles, up
from napari_mammoseg.models import Model
from napari_mammoseg.run import Run

TILE = 512
PLAIN = "plain"
"""The backend that others are measured against: it takes the whole picture at once."""


def predict(
    model: Model,
    pixels: NDArray[np.float32],
    run: Run,
    inside: NDArray[np.bool_] | None = None,
    stage: str = "network",
    tile: int = TILE,
) -> NDArray[np.float32]:
    """The answer of a network of stride 1, (outputs, rows, columns), for `pixels` (channels, rows, columns).

    inside: where an answer is wanted, (rows, columns); tiles without any such pixel are left at 0.
    The result does not depend on `tile` (to 1e-5). Raises Cancelled when the run is cancelled.
    """
    network = compiled(model, run.device, run.backend)
    if run.backend == PLAIN:
        tile, inside = max(pixels.shape), None
    rows, columns = pixels.shape[1:]
    padded = np.pad(pixels, ((0, 0), _missing(rows, model.multiple), _missing(columns, model.multiple)), mode="edge")
    work = [each for each in tiles(padded.shape[1:], tile, model.halo, model.multiple) if _wanted(each, inside)]
    result: NDArray[np.float32] | None = None
    with run.timed("network", told=False):
        for each in run.track(work, stage, len(work)):
            answer = network(padded[(slice(None), *each.window)][np.newaxis])[0][0]
            if result is None:
                result = np.zeros((len(answer), *padded.shape[1:]), np.float32)
            result[(slice(None), *each.target)] = answer[(slice(None), *each.core)]
    return np.zeros((1, rows, columns), np.float32) if result is None else result[:, :rows, :columns]


def _missing(length: int, multiple: int) -> tuple[int, int]:
    return 0, up(length, multiple) - length


def _wanted(tile: Tile, inside: NDArray[np.bool_] | None) -> bool:
    return inside is None or bool(inside[tile.target].any())
