"""How well a network outlines the masses of whole pictures, and where its probabilities are to be cut."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from napari_mammoseg.evaluation.overlap import MEASURES, per_image, pooled
from napari_mammoseg.evaluation.thresholds import Levels, total
from napari_mammoseg.training.outlines.pictures import Album, Picture


def levels(network: nn.Module, pictures: Sequence[Picture]) -> list[Levels]:
    """The pixel counts of each picture at every threshold, inside the breast."""
    album, device = Album(pictures), next(network.parameters()).device
    found = []
    with torch.inference_mode():
        for index, picture in enumerate(pictures):
            probability = torch.sigmoid(network(album.show(index, 0, device).values).float())[0, 0]
            found.append(Levels.of(probability.cpu().numpy(), picture.masses > 0, picture.breast))
    return found


def thresholds(validation: Sequence[Levels]) -> dict[str, float]:
    """The best threshold by each rule on validation pictures."""
    return total(validation).chosen


def table(tests: Sequence[Levels], chosen: dict[str, float]) -> dict[str, float]:
    """The measures of Cobos' tables, pooled, by each rule's threshold; and the mean Dice of the pictures."""
    figures: dict[str, float] = {}
    for rule, threshold in chosen.items():
        at = [each.at(threshold) for each in tests]
        figures |= {f"{measure} by {rule}": pooled(at, measure) for measure in MEASURES}
        figures[f"mean dice by {rule}"] = per_image(at, "dice")
        figures[f"threshold by {rule}"] = threshold
    return {name: float(np.nan_to_num(value)) for name, value in figures.items()}
