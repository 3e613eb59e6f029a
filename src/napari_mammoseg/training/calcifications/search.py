"""What an earlier network sees in the images that the next one is trained on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from napari_mammoseg.mammogram import Mammogram
from napari_mammoseg.pipelines.calcifications.find import find_calcifications
from napari_mammoseg.pipelines.calcifications.settings import CalcificationSettings
from napari_mammoseg.run import Run


@dataclass(frozen=True, slots=True)
class Seen:
    """places (n, 2): rows and columns in the image's pixels; scores (n,), falling."""

    places: NDArray[np.intp]
    scores: NDArray[np.float64]

    def best(self, count: int, lowest: float = 0.0) -> NDArray[np.intp]:
        """Rows and columns of the best `count`, none below `lowest`."""
        return self.places[:count][self.scores[:count] >= lowest]


Search = Callable[[Mammogram], Seen]


def search_by(model: str, run: Run) -> Search:
    """A search with the model of that name, or of that safetensors file."""
    settings = CalcificationSettings(model=model)

    def search(image: Mammogram) -> Seen:
        found = [each for each in find_calcifications(image, settings, run).findings if each.kind == "calcification"]
        places = np.array([each.centroid for each in found]).reshape(-1, 2)
        return Seen(places.astype(np.intp), np.array([each.score for each in found]))

    return search
