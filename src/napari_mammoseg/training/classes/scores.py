"""How well a network tells malignant masses from benign ones, and what its logits mean."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import optimize, special
from torch import nn

from napari_mammoseg import files
from napari_mammoseg.evaluation import roc
from napari_mammoseg.models import Calibration, Model
from napari_mammoseg.pipelines.masses.classes import AT_ONCE, view
from napari_mammoseg.training.classes.masses import Mass
from napari_mammoseg.training.engine.step import device_of


def answers(network: nn.Module, model: Model, masses: Sequence[Mass]) -> NDArray[np.float64]:
    """The network's answers (masses, outputs) at the boxes of the truth, cut out as the pipeline does it."""
    device, channels = device_of(network), model.facts.channels
    found = [np.empty((0, max(1, len(model.facts.classes))), np.float32)]
    with torch.inference_mode():
        for start in range(0, len(masses), AT_ONCE):
            views = [view(model, each.film.picture, each.box) for each in masses[start : start + AT_ONCE]]
            seen = torch.from_numpy(np.stack(views))[:, None].expand(-1, channels, -1, -1)
            found.append(network(seen.to(device)).float().cpu().numpy())
    return np.concatenate(found).astype(np.float64)


def logits(network: nn.Module, model: Model, masses: Sequence[Mass]) -> NDArray[np.float64]:
    """The logits of malignancy (masses,) of a network with one answer."""
    return answers(network, model, masses)[:, 0]


def areas(masses: Sequence[Mass], found: NDArray[np.float64], data_sets: Collection[str]) -> dict[str, float]:
    """Area under the ROC curve, malignant against benign, of each data set."""
    malignant = np.array([each.malignant for each in masses])
    sets = np.array([each.film.data_set for each in masses])
    return {f"{name} AUC": roc.auc(found[sets == name], malignant[sets == name]) for name in data_sets}


def calibration(masses: Sequence[Mass], found: NDArray[np.float64]) -> Calibration:
    """The calibration that turns logits into log-odds."""
    slope, offset = fitted(found, np.array([each.malignant for each in masses]))
    return Calibration({"logit": slope}, offset)


def write(masses: Sequence[Mass], found: NDArray[np.float64], path: Path) -> None:
    """The answer to every mass held out, as a table."""
    rows = [(each.film.data_set, each.film.name, int(each.malignant)) for each in masses]
    lines = [",".join(map(str, (*row, round(logit, 4)))) for row, logit in zip(rows, found.tolist(), strict=True)]
    with files.atomic(path) as temporary:
        temporary.write_text("\n".join(["data_set,image,malignant,logit", *lines, ""]), "utf-8")


def fitted(found: NDArray[np.float64], malignant: NDArray[np.bool_]) -> tuple[float, float]:
    """Slope and offset that make the logits log-odds where both labels are equally frequent (Platt 1999)."""
    weight = np.where(malignant, 0.5 / max(malignant.sum(), 1), 0.5 / max((~malignant).sum(), 1))

    def cost(line: NDArray[np.float64]) -> float:
        odds = np.where(malignant, 1, -1) * (line[0] * found + line[1])
        return float((weight * -special.log_expit(odds)).sum())

    slope, offset = optimize.minimize(cost, (1.0, 0.0), method="Nelder-Mead").x
    return round(float(slope), 4), round(float(offset), 4)
