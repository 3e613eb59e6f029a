"""How malignant painted masses look to the classifier of masses, so that one which looks its class can be taken."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg import models
from napari_mammoseg.inference import compiled, resolve
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.models import Model
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.cutout import cut_out
from napari_mammoseg.tissue.sight import Sight
from napari_mammoseg.tissue.standard import between, ends

Array = NDArray[np.float32]


def classifier() -> Model:
    """The model that looks at them."""
    return models.find("mass-classifier", task="classify")


def malignancy(image: Mammogram, spacing: Spacing, context: float, run: Run, squares: Array) -> NDArray[np.float64]:
    """Logits of malignancy (n,) of the masses in the middle of `squares` (n, side, side), in the grey of `image`.

    context: a square's side in units of the longer side of its mass. The classifier sees them in the grey values that
    `masses` gives the breast.
    """
    model = classifier()
    side, spacing_mm = model.facts.side, model.spacing_mm
    assert side is not None
    assert spacing_mm is not None
    seen = Sight.of_breast_or_field(replace(image, spacing=spacing), spacing_mm)
    darkest, brightest = ends(seen.pixels, seen.breast)
    middle, length = squares.shape[1] / 2, squares.shape[1] * model.facts.context / context
    views = [between(cut_out(each, (middle, middle), length, side), darkest, brightest) for each in squares]
    answers: Any = compiled(model, resolve(run.device), run.backend)(np.stack(views)[:, np.newaxis])[0]
    return np.asarray(answers[:, 0], np.float64)
