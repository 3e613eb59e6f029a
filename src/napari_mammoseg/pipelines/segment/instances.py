"""The masses of a whole mammogram one by one, by a network that gives each its own score and outline."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from scipy import ndimage

from napari_mammoseg.inference.preparation import preparation
from napari_mammoseg.mammogram import Mammogram, Spacing
from napari_mammoseg.models import Model
from napari_mammoseg.pipelines.segment.outline import Array, Seen
from napari_mammoseg.run import Run
from napari_mammoseg.tissue.standard import breast_or_field

DECODER = "instances"
"""Of models that this file reads. They run in PyTorch: no other backend takes loops over what was found."""
MASK_CUT = 0.5
"""Where the outlines are cut (He 2017, section 3)."""


def instances(model: Model, image: Mammogram, spacing: Spacing, run: Run) -> Iterator[tuple[float, Seen]]:
    """The score of each mass and its probabilities on the image, the likeliest first."""
    import torch

    from napari_mammoseg.networks.mask_rcnn import MaskRCNN, painted

    with run.timed("prepare"):
        seen = preparation(model)(image.pixels, breast_or_field(image.pixels), spacing)
    with run.timed("network"), torch.inference_mode():
        network = model.load().to(run.device)
        assert isinstance(network, MaskRCNN)
        found = network.instances(torch.from_numpy(seen.values[np.newaxis, np.newaxis]).to(run.device))
        masks = painted(found, (seen.values.shape[0], seen.values.shape[1])).cpu().numpy()
    for score, mask in zip(found.scores.tolist(), masks, strict=False):
        probability = seen.back(mask / np.float32(score), (image.rows, image.columns))
        if probability.any():
            yield score, _part_of(probability)


def _part_of(values: Array) -> Seen:
    """The part of the image outside of which the probability is 0: whole images of every mass would fill the memory."""
    (part,) = ndimage.find_objects((values > 0).astype(np.uint8))
    return Seen(values[part].copy(), part)
