"""What the networks of the experiments see of each sort of crops; computed when it is first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from napari_mammoseg.training.papers.peterka.experiments import Experiment
from napari_mammoseg.training.papers.peterka.fitting import EarlyLayers, fit
from napari_mammoseg.training.papers.peterka.views import views


@dataclass(frozen=True)
class Labelled:
    """pixels: (n, side, side) uint8. malignant: (n,)."""

    pixels: NDArray[np.uint8]
    malignant: NDArray[np.bool_]


class Shown:
    """Crops by the name of their sort."""

    def __init__(self, sorts: Mapping[str, Labelled], imagenet: Mapping[str, Tensor]) -> None:
        self._sorts, self._imagenet, self._early = sorts, imagenet, EarlyLayers(imagenet)
        self._kept: dict[tuple[str, str, int], Tensor] = {}

    def scores(self, experiment: Experiment, training: str, validation: str, seed: int) -> NDArray[np.float64]:
        """How likely each crop of the sort `validation` is malignant, after the experiment with this seed."""
        names = [training, *([experiment.added] if experiment.added else [])]
        seen = torch.cat([self._seen(experiment.network, name, experiment.views) for name in names], dim=1)
        malignant = torch.from_numpy(np.concatenate([self._sorts[name].malignant for name in names]))
        asked = self._seen(experiment.network, validation, 1)[0]
        return fit(experiment.network, self._imagenet, seen, malignant, asked, seed)

    def _seen(self, network: str, sort: str, count: int) -> Tensor:
        """(count, n, …): views of each crop, as the network takes them."""
        key = network, sort, count
        if key not in self._kept:
            drawn = views(torch.from_numpy(self._sorts[sort].pixels)[:, None].float() / 255, count)
            whole = drawn.flatten(0, 1)
            seen = 2 * whole - 1 if network == "shallow" else self._early(whole)
            self._kept[key] = seen.unflatten(0, drawn.shape[:2])
        return self._kept[key]
