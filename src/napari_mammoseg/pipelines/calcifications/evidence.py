"""What a model says of an image: how likely each pixel of the breast belongs to a calcification."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.inference import predict
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import Calibration, Model
from napari_mammoseg.pipelines.calcifications import valvano
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.blobs import blob_contrast
from napari_mammoseg.tissue.contrast import COARSE, as_grey, local_contrast
from napari_mammoseg.tissue.resample import resample
from napari_mammoseg.tissue.sight import MARGIN, Sight

UNCALIBRATED = Calibration({"pixel": 1.0})
NOTHING = np.float32(-20.0)
"""Evidence outside the breast and in a picture without any contrast."""


def sight_of(image: Mammogram, model: Model) -> Sight:
    """With so much around the breast that the network's answers in it are those of the whole image."""
    assert model.spacing_mm is not None
    return Sight.of(image, model.spacing_mm, max(model.halo, MARGIN), model.multiple * COARSE)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Log-odds at the model's spacing, (rows, columns). together: of each pixel, its own and its region's weighed; own:
    its own alone, which draws the outlines; regions: of clustered calcifications, a cell each, where the model says."""

    together: NDArray[np.float32]
    own: NDArray[np.float32]
    regions: NDArray[np.float32] | None = None


def evidence_of(seen: Sight, model: Model, run: Run) -> Evidence:
    """What the model says of what it sees, (rows, columns) at its spacing."""
    pixels, breast = seen.pixels, seen.breast
    assert model.spacing_mm is not None
    calibration = model.facts.calibration or UNCALIBRATED
    if model.network is None:
        contrast = calibration(pixel=blob_contrast(pixels, model.spacing_mm, breast))
        return Evidence(contrast, contrast)
    contrast = local_contrast(pixels, model.spacing_mm, breast, seen.step)
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
