"""What a model says of an image: how likely each pixel of the breast belongs to a calcification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.inference import predict
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.models import Calibration, Model
from napari_mammoseg.pipelines.calcifications import valvano
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.blobs import blob_contrast
from napari_mammoseg.tissue.breast import breast_mask
from napari_mammoseg.tissue.contrast import COARSE, as_grey, local_contrast
from napari_mammoseg.tissue.resample import resample, shape_at

UNCALIBRATED = Calibration({"pixel": 1.0})
NOTHING = np.float32(-20.0)
"""Evidence outside the breast and in a picture without any contrast."""
LEAST_MARGIN = 16
"""Pixels around the breast that are looked at too, at the model's spacing."""


@dataclass(frozen=True, slots=True)
class View:
    """What the model sees of an image: the part that holds the breast, at the model's spacing.

    pixels, breast: (rows, columns) of that part; corner: where it begins on the whole grid, whose shape is `whole`.
    """

    pixels: NDArray[np.float32]
    breast: NDArray[np.bool_]
    corner: tuple[int, int]
    whole: tuple[int, int]


def view_of(image: Mammogram, spacing: Spacing, model: Model) -> View:
    """With so much around the breast that the network's answers in it are those of the whole image."""
    assert model.spacing_mm is not None
    whole = shape_at((image.rows, image.columns), spacing, model.spacing_mm)
    breast = breast_mask(image.pixels, spacing, whole)
    margin, step = max(model.halo, LEAST_MARGIN), model.multiple * COARSE
    part = _extent(np.any(breast, axis=1), margin, step), _extent(np.any(breast, axis=0), margin, step)
    corner = part[0].start, part[1].start
    return View(resample(image.pixels, whole, part), breast[part], corner, whole)


def _extent(any_breast: Any, margin: int, step: int) -> slice:
    """From the first to the last, with a margin; begins at a multiple of `step`. All of it where there is none."""
    where = np.flatnonzero(any_breast)
    if not len(where):
        return slice(0, len(any_breast))
    start = max(0, int(where[0]) - margin) // step * step
    return slice(start, min(len(any_breast), int(where[-1]) + 1 + margin))


@dataclass(frozen=True, slots=True)
class Evidence:
    """Log-odds at the model's spacing, (rows, columns). together: of each pixel, its own and its region's weighed; own:
    its own alone, which draws the outlines; regions: of clustered calcifications, a cell each, where the model says."""

    together: NDArray[np.float32]
    own: NDArray[np.float32]
    regions: NDArray[np.float32] | None = None


def evidence_of(pixels: NDArray[np.float32], breast: NDArray[np.bool_], model: Model, run: Run) -> Evidence:
    """What the model says of `pixels` (rows, columns) at its spacing."""
    assert model.spacing_mm is not None
    calibration = model.facts.calibration or UNCALIBRATED
    if model.network is None:
        contrast = calibration(pixel=blob_contrast(pixels, model.spacing_mm, breast))
        return Evidence(contrast, contrast)
    contrast = local_contrast(pixels, model.spacing_mm, breast)
    if not contrast.any():
        return Evidence(*(np.full(pixels.shape, NOTHING),) * 3)
    if model.facts.helper:
        segmented = valvano.evidence(as_grey(contrast), breast, model, run)
        return Evidence(calibration(pixel=segmented), segmented)
    own, region = predict(model, contrast[np.newaxis], run, inside=breast)
    region = region[:: model.multiple, :: model.multiple]
    cells = np.where(breast[:: model.multiple, :: model.multiple], region, NOTHING)
    spread = resample(region, (own.shape[0], own.shape[1]))
    return Evidence(calibration(pixel=own, region=spread), own, cells)
