"""Benign or malignant: each marked mass, looked at on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.special import expit, softmax

from napari_mammoseg.inference import compiled
from napari_mammoseg.kinds import CLASSES
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.masses.marks import Array, Marks
from napari_mammoseg.run import Run

AT_ONCE = 16
SMALLEST = 12.0
"""Boxes count as at least so many pixels long."""


def classified(model: Model, picture: Array, marks: Marks, run: Run) -> Marks:
    """The marks with the classifier's p_malignant, of a mass. picture: (rows, columns), as `answered` takes it."""
    if not len(marks.boxes):
        return marks
    answers = answered(model, [view(model, picture, box) for box in marks.boxes], run)
    return replace(marks, p_malignant=of_mass(answers))


def of_mass(answers: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n,): how likely malignant if it is a mass. answers: (n, 3), as `answered` gives them."""
    _, benign, malignant = answers.T
    return np.asarray(malignant / (benign + malignant))


def answered(model: Model, views: Sequence[Array], run: Run) -> NDArray[np.float64]:
    """(views, 3): the probabilities of CLASSES, which add up to 1. views: as `view` gives them."""
    network = compiled(model, run.device, run.backend)
    starts = range(0, len(views), AT_ONCE)
    logits = []
    for start in run.track(starts, "classify", len(starts)):
        batch = np.stack(views[start : start + AT_ONCE])[:, np.newaxis]
        logits.append(network(np.repeat(batch, model.facts.channels, axis=1))[0])
    return probabilities(model, np.concatenate(logits).astype(np.float64))


def probabilities(model: Model, logits: NDArray[np.float64]) -> NDArray[np.float64]:
    """(n, 3): those of CLASSES, from the logits (n, classes) of the network; 0 for a class that it does not know."""
    if not model.facts.classes:
        malignant = expit(calibrated(model, logits[:, 0]))
        return np.stack([np.zeros_like(malignant), 1 - malignant, malignant], axis=1)
    found = np.zeros((len(logits), len(CLASSES)))
    found[:, [CLASSES.index(each) for each in model.facts.classes]] = softmax(logits, axis=1)
    return found


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
