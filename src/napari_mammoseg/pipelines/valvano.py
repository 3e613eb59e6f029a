"""The system of Valvano 2018 (section 2.1): a Detector finds windows, a Segmentator the pixels in them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from napari_mammoseg import models
from napari_mammoseg.inference import compiled, predict
from napari_mammoseg.models import Model
from napari_mammoseg.run import Run

SIZE = 49
BATCH = 256
TILE = 192
SUSPECT = 0.5


def calcified(
    contrast: NDArray[np.float32], breast: NDArray[np.bool_], segmentator: Model, run: Run
) -> NDArray[np.float32]:
    """Probability that each pixel belongs to a microcalcification, (rows, columns); 0 outside suspect windows.

    contrast: what both networks were trained on, 0…1, at their spacing. Windows of 49 pixels overlap by half; the
    Segmentator is computed once per pixel, not once per window.
    """
    detector = models.find(segmentator.data["detector"])
    suspect = suspects(contrast, breast, detector, run) & breast
    dense = replace(segmentator, network="valvano:DenseValvano", halo=segmentator.arguments.get("size", SIZE) // 2)
    negative, positive = predict(dense, contrast[np.newaxis], run, inside=suspect, stage="Segmentator", tile=TILE)
    return np.where(suspect, expit(positive - negative), np.float32(0))


def suspects(
    contrast: NDArray[np.float32], breast: NDArray[np.bool_], detector: Model, run: Run
) -> NDArray[np.bool_]:
    """The pixels of the windows in which the Detector sees a calcification."""
    size = detector.arguments.get("size", SIZE)
    missing = [(0, max(0, size - side)) for side in contrast.shape]
    padded, wanted = np.pad(contrast, missing, mode="edge"), np.pad(breast, missing)
    places = [place for place in _windows(padded.shape, size) if wanted[place].any()]
    network = compiled(detector, run.device, run.backend)
    found = np.zeros(padded.shape, bool)
    groups = [places[start : start + BATCH] for start in range(0, len(places), BATCH)]
    for group in run.track(groups, "Detector", len(groups)):
        logits = network(np.stack([padded[place] for place in group])[:, np.newaxis])[0]
        for place, (negative, positive) in zip(group, logits, strict=True):
            if expit(positive - negative) >= SUSPECT:
                found[place] = True
    return found[: contrast.shape[0], : contrast.shape[1]]


def _windows(shape: tuple[int, ...], size: int) -> Iterator[tuple[slice, slice]]:
    rows, columns = ([*range(0, side - size, size // 2), side - size] for side in shape)
    for row in rows:
        for column in columns:
            yield slice(row, row + size), slice(column, column + size)
