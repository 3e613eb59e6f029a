"""The probability of every pixel in and around a box, by a network that is shown one box at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.special import expit

from napari_mammoseg.findings import Box
from napari_mammoseg.inference import compiled
from napari_mammoseg.inference.backends import Compiled
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.segment.outline import Array, Seen
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.boxed import boxed_window, window_of
from napari_mammoseg.tissue.cutout import put_back

DECODER = "boxed"
"""Of models that this file reads."""


def in_boxes(model: Model, pixels: Array, boxes: Sequence[Box], run: Run) -> Iterator[Seen]:
    """For each box the probabilities in the window around it. pixels: (rows, columns) of the image."""
    network = compiled(model, run.device, run.backend)
    side, context = model.facts.side, model.facts.context
    assert side is not None
    for box in run.track(boxes, "outline", len(boxes)):
        probability = turned_mean(network, boxed_window(pixels, box, context, side))
        yield Seen(*put_back(probability, *window_of(box, context), (pixels.shape[0], pixels.shape[1])))


def turned_mean(network: Compiled, window: Array) -> Array:
    """The mean probability (side, side) over the eight ways to turn and mirror the window (channels, side, side)."""
    turned = [np.rot90(way, turns, (1, 2)) for way in (window, window[:, :, ::-1]) for turns in range(4)]
    answers = expit(network(np.stack(turned))[0][:, 0].astype(np.float32))
    back = [np.rot90(answer, -(index % 4)) for index, answer in enumerate(answers)]
    return np.mean([*back[:4], *(each[:, ::-1] for each in back[4:])], axis=0, dtype=np.float32)
