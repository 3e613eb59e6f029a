"""The probability of every pixel of a whole mammogram, by a network that is shown all of it."""

from __future__ import annotations

import numpy as np
from scipy import ndimage
from scipy.special import expit

from napari_mammoseg.inference import compiled
from napari_mammoseg.inference.backends import Compiled
from napari_mammoseg.inference.preparation import preparation
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.segment.instances import DECODER as INSTANCES
from napari_mammoseg.pipelines.segment.outline import Array, Outline, Seen, outlined
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.standard import breast_or_field

SMALLEST_MM2 = 7.0
"""Pieces of less, the area of a disc of 3 mm, are no masses."""
LIMIT = 100
"""Pieces on one image that are kept at most: the largest."""


def ready(model: Model, run: Run) -> Compiled:
    """The network as it can run here."""
    return compiled(model, run.device, "torch" if model.facts.decoder == INSTANCES else run.backend)


def over_all(model: Model, image: Mammogram, spacing: Spacing, run: Run) -> Array:
    """The probability of a mass at every pixel of the image, 0 outside the breast."""
    with run.timed("prepare"):
        breast = breast_or_field(image.pixels)
        seen = preparation(model)(image.pixels, breast, spacing)
    with run.timed("network"):
        logits = ready(model, run)(seen.values[np.newaxis, np.newaxis])[0][0, 0]
    probability = seen.back(expit(logits.astype(np.float32)), (image.rows, image.columns))
    return np.where(breast, probability, np.float32(0))


def pieces(probability: Array, cut: float, spacing: Spacing) -> list[Outline]:
    """Every connected piece of pixels at `cut` or above that is large enough for a mass, the largest first."""
    labels, _ = ndimage.label(probability >= cut)
    areas = np.bincount(labels.ravel())[1:] * np.prod(spacing)
    places = ndimage.find_objects(labels)
    numbers = [each for each in np.argsort(-areas, kind="stable")[:LIMIT] if areas[each] >= SMALLEST_MM2]
    return [
        outlined(Seen(probability[places[each]], places[each]), labels[places[each]] == each + 1, cut)
        for each in numbers
    ]
