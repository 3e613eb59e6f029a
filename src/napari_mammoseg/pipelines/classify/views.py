"""What a classifier is shown of an image, and the way back for maps of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from napari_mammoseg.findings import Box, ProbabilityMap
from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.masses.classes import SMALLEST, view
from napari_mammoseg.tissue.boxed import window_of
from napari_mammoseg.tissue.cutout import put_back
from napari_mammoseg.tissue.sight import Sight
from napari_mammoseg.tissue.standard import standardised

Array = NDArray[np.float32]
WIDER = 1.1
"""The square that is blanked out has this many longer sides of the box."""
WIDEST = 7 / 8
"""It takes at most this share of the view's sides."""


@dataclass(frozen=True, slots=True)
class Views:
    """An image as `model` sees it. picture: (rows, columns), standardised, at the model's spacing."""

    model: Model
    seen: Sight
    picture: Array

    @classmethod
    def of(cls, model: Model, image: Mammogram) -> Views:
        """Raises InputError as `Sight` does."""
        assert model.spacing_mm is not None
        seen = Sight.of_breast_or_field(image, model.spacing_mm)
        return cls(model, seen, standardised(seen.pixels, seen.breast))

    def view(self, box: Box) -> Array:
        """(side, side): the square around a box of the image."""
        return view(self.model, self.picture, self._on_picture(box))

    def shows_breast(self, box: Box) -> bool:
        """Whether a part of the box lies in the breast."""
        row0, column0, row1, column1 = self._on_picture(box)
        rows, columns = (
            slice(max(0, int(low)), max(0, int(np.ceil(high)))) for low, high in ((row0, row1), (column0, column1))
        )
        return bool(self.seen.breast[rows, columns].any())

    def map_back(self, maps: Sequence[Array], boxes: Sequence[Box]) -> ProbabilityMap:
        """Maps (side, side) of the views of the boxes, the highest value where they overlap."""
        whole = np.zeros((self.picture.shape[0], self.picture.shape[1]), np.float32)
        for values, box in zip(maps, boxes, strict=True):
            middle, side = window_of(tuple(self._on_picture(box)), self.model.facts.context)
            side = max(side, self.model.facts.context * SMALLEST)
            part, place = put_back(values, middle, side, whole.shape)
            np.maximum(whole[place], part, out=whole[place])
        return ProbabilityMap(whole, self.seen.corner, self.seen.whole)

    def _on_picture(self, box: Box) -> NDArray[np.float64]:
        return self.seen.boxes_on(np.array([box], np.float64))[0]


def blanked(view: Array, context: float, how: str, random: Generator) -> Array:
    """The view (side, side) without the mass in its middle: the same square of every view is filled.

    how: "mean" or "noise", of the tissue around the square; what is as dark as no tissue does not count.
    """
    half = round(min(WIDEST, WIDER / context) * len(view) / 2)
    middle = slice(len(view) // 2 - half, len(view) // 2 + half)
    around = np.ones(view.shape, bool)
    around[middle, middle] = False
    tissue = view[around & (view > view.min())]
    tissue = tissue if tissue.size else view[around]  # no tissue around it: as dark as that
    filled = view.copy()
    spread = tissue.std() if how == "noise" else 0.0
    filled[middle, middle] = random.normal(tissue.mean(), spread, filled[middle, middle].shape)
    return np.clip(filled, -1, 1)
