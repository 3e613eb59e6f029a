"""Benign or malignant: each marked mass, looked at on its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from napari_mammoseg.inference import compiled
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.masses.marks import Array, Marks
from napari_mammoseg.run import Run

AT_ONCE = 16
SMALLEST = 12.0
"""Boxes count as at least so many pixels long."""


def classified(model: Model, picture: Array, marks: Marks, run: Run) -> Marks:
    """The marks with the classifier's p_malignant. picture: (rows, columns), standardised, at the model's spacing."""
    if not len(marks.boxes):
        return marks
    network = compiled(model, run.device, run.backend)
    starts = range(0, len(marks.boxes), AT_ONCE)
    logits = []
    for start in run.track(starts, "classify", len(starts)):
        views = [view(model, picture, box) for box in marks.boxes[start : start + AT_ONCE]]
        logits.append(network(np.stack(views)[:, np.newaxis])[0][:, 0])
    odds = calibrated(model, np.concatenate(logits).astype(np.float64))
    return replace(marks, p_malignant=1 / (1 + np.exp(-odds)))


def calibrated(model: Model, logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """Log-odds of malignancy; the logits themselves where the model has no calibration."""
    calibration = model.facts.calibration
    return logits if calibration is None else np.asarray(calibration(logit=logits))


def view(model: Model, picture: Array, box: NDArray[np.float64]) -> Array:
    """The square around the middle of `box` on a grid of `side` x `side`; beyond the picture it is blank.

    Of the model's facts it needs `side` and `context`.
    """
    side = model.facts.side
    assert side is not None
    step = model.facts.context * max(SMALLEST, *(box[2:] - box[:2])) / side
    first = (box[:2] + box[2:]) / 2 - step * (side - 1) / 2 - 0.5
    seen = ndimage.affine_transform(
        picture, (step, step), first, (side, side), np.float32, order=1, mode="constant", cval=float(picture.min())
    )
    return np.asarray(seen)
