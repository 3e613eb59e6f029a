"""The system of Valvano 2018 (section 2.1): a Detector finds windows, a Segmentator the pixels in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from napari_mammoseg import models
from napari_mammoseg.geometry.windows import half_overlapping
from napari_mammoseg.inference import PLAIN, compiled, predict
from napari_mammoseg.models import Model
from napari_mammoseg.run import Run

SIZE = 49
BATCH = 256
TILE = 192


def evidence(
    grey: NDArray[np.float32], breast: NDArray[np.bool_], segmentator: Model, run: Run, tile: int = TILE
) -> NDArray[np.float32]:
    """Log-odds that each pixel belongs to a microcalcification, (rows, columns); -inf outside suspect windows.

    grey: what both networks were trained on, 0…1, at their spacing. The Segmentator is computed once per pixel, not
    once per window; the answer does not depend on `tile`. Raises InputError where weights are missing.
    """
    assert segmentator.facts.helper is not None
    detector = models.find(segmentator.facts.helper)
    suspect = suspects(grey, breast, detector, run) & breast
    if not suspect.any():
        return np.full(grey.shape, -np.inf, np.float32)
    if run.backend == PLAIN:
        return _patch_by_patch(grey, suspect, segmentator, run)
    dense = _dense(segmentator)
    negative, positive = predict(dense, grey[np.newaxis], run, inside=suspect, stage="Segmentator", tile=tile)
    return np.where(suspect, positive - negative, np.float32(-np.inf))


def _patch_by_patch(
    grey: NDArray[np.float32], suspect: NDArray[np.bool_], segmentator: Model, run: Run
) -> NDArray[np.float32]:
    """As the paper says it: the Segmentator once for each pixel, on the patch around it; the dense way's measure."""
    size = segmentator.arguments.get("size", SIZE)
    patches = sliding_window_view(np.pad(grey, size // 2, mode="edge"), (size, size))
    network = compiled(segmentator, run.device, run.backend)
    places = np.argwhere(suspect)
    odds = np.full(grey.shape, -np.inf, np.float32)
    groups = [places[start : start + BATCH].T for start in range(0, len(places), BATCH)]
    with run.timed("network", told=False):
        for rows, columns in run.track(groups, "Segmentator", len(groups)):
            negative, positive = network(patches[rows, columns][:, np.newaxis])[0].T
            odds[rows, columns] = positive - negative
    return odds


def suspects(grey: NDArray[np.float32], breast: NDArray[np.bool_], detector: Model, run: Run) -> NDArray[np.bool_]:
    """The pixels of the windows in which the Detector sees a calcification.

    The windows are as large as its patches and overlap by half; those without any of the breast are left out.
    """
    size = detector.arguments.get("size", SIZE)
    missing = [(0, max(0, size - side)) for side in grey.shape]
    padded, wanted = np.pad(grey, missing, mode="edge"), np.pad(breast, missing)
    places = [place for place in half_overlapping(padded.shape, size) if wanted[place].any()]
    network = compiled(detector, run.device, run.backend)
    found = np.zeros(padded.shape, bool)
    groups = [places[start : start + BATCH] for start in range(0, len(places), BATCH)]
    for group in run.track(groups, "Detector", len(groups)):
        logits = network(np.stack([padded[place] for place in group])[:, np.newaxis])[0]
        for place, (negative, positive) in zip(group, logits, strict=True):
            found[place] |= positive >= negative
    return found[: grey.shape[0], : grey.shape[1]]


def _dense(segmentator: Model) -> Model:
    """The same weights for a whole picture at once."""
    facts = replace(segmentator.facts, side=None, stride=1)
    return replace(segmentator, network="valvano:DenseValvano", halo=_halo(segmentator.arguments), facts=facts)


def _halo(arguments: Mapping[str, Any]) -> int:
    """How far around a pixel the dense Segmentator looks: half a patch; with "same", its padding taps too."""
    taps = 0 if arguments.get("padding", "same") == "valid" else 1 + 2 + 4 * 4
    return int(arguments.get("size", SIZE)) // 2 + taps
