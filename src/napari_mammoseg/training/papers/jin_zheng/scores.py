"""The paper's figure: average precision of benign and malignant masses on each set of test pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from napari_mammoseg.evaluation.average_precision import Detections, average_precision
from napari_mammoseg.pipelines.masses.marks import decoded_window
from napari_mammoseg.training.engine.step import device_of
from napari_mammoseg.training.papers.jin_zheng.losses import CHANNELS
from napari_mammoseg.training.papers.jin_zheng.pictures import SIDE, Picture

NMS_IOU = 0.45


def precisions(network: nn.Module, tests: Mapping[str, Sequence[Picture]]) -> dict[str, float]:
    """Average precision (20 points, IoU 0.5) of benign and malignant on each set, and their mean."""
    figures: dict[str, float] = {}
    for name, pictures in tests.items():
        found = [_found(network, each.crop.pixels) for each in pictures]
        for index, label in enumerate(("benign", "malignant")):
            pairs = zip(pictures, found, strict=True)
            figures[f"{name} {label}"] = average_precision([_of_class(*each, index) for each in pairs])
        figures[f"{name} mean"] = (figures[f"{name} benign"] + figures[f"{name} malignant"]) / 2
    return figures


Answer = tuple[NDArray[np.float32], NDArray[np.float32]]


def _found(network: nn.Module, pixels: NDArray[np.float32]) -> Answer:
    with torch.inference_mode():
        picture = torch.from_numpy(pixels)[None, None].expand(-1, CHANNELS, -1, -1).to(device_of(network))
        confidence, offsets = (each[0].float().cpu().numpy() for each in network(picture))
    return confidence, offsets


def _of_class(picture: Picture, found: Answer, label: int) -> Detections:
    boxes, scores = decoded_window(*found, SIDE, label, NMS_IOU)
    return Detections.of(boxes, scores, picture.crop.boxes[picture.crop.labels == label], picture.patient)
