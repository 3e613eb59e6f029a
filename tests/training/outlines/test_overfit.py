"""What Aung et al could not do: their networks fit one image, and find the edge of the breast (section V D and E)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from napari_mammoseg.evaluation.overlap import Pixels
from napari_mammoseg.models import MODELS
from napari_mammoseg.training.outlines.pictures import Album, Picture
from napari_mammoseg.training.recipes.outlines import losses_of

# network, side of the picture, steps, learning rate
ONE_IMAGE = [
    ("cobos-vgg", 96, 60, 1e-3),
    ("cobos-resnet", 96, 60, 1e-3),
    ("mlp-circle", 64, 150, 1e-3),
    ("shallow-cnn", 310, 60, 1e-2),
    ("unet", 32, 30, 3e-4),
    ("unet-slim", 64, 60, 5e-3),
    ("patch-classifier", 256, 40, 1e-3),
    ("mask-rcnn", 128, 60, 1e-3),
]
BREAST = [each for each in ONE_IMAGE if each[0] not in ("mlp-circle", "mask-rcnn")] + [
    ("pixel-logistic", 64, 100, 1e-1),
    ("pixel-logistic-rich", 64, 100, 1e-1),
]
"""A breast is neither a circle nor an instance of a mass."""


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """The sums of one thread are the same on every machine, and networks this small gain nothing from more."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def picture(side: int, of_breast: bool) -> Picture:
    """A breast at the left side with a mass in it, no brighter than the tissue beside it, and grain."""
    rows, columns = (each / side for each in np.indices((side, side)))
    breast = np.hypot(rows - 0.5, columns) < 0.45
    mass = np.hypot(rows - 0.56, columns - 0.2) < 0.14
    bright = mass | (np.hypot(rows - 0.25, columns - 0.15) < 0.08)
    grain = np.random.default_rng(0).normal(0, 0.15, rows.shape)
    values = (breast * 1.5 + bright - 0.8 + grain).astype(np.float16)
    truth = breast if of_breast else mass
    return Picture("one", "one", "woman", values, np.ones_like(breast), truth.astype(np.uint8), (1.0, 1.0))


def fitted(name: str, side: int, steps: int, rate: float, of_breast: bool) -> float:
    """Dice on the one picture after so many steps on it, dropout off."""
    torch.manual_seed(0)
    model = MODELS[name]
    if "side" in model.arguments:
        model = replace(model, arguments={**model.arguments, "side": side})
    network, (one,) = model.build(), [picture(side, of_breast)]
    for layer in network.modules():
        if isinstance(layer, nn.Dropout):
            layer.p = 0.0
    optimiser, album = torch.optim.Adam(network.parameters(), rate), Album([one])
    loss = str(model.recipe_settings["loss"])
    loss = loss if name in ("mask-rcnn", "mlp-circle") else "dice+cross-entropy"
    for _ in range(steps):
        parts = losses_of(network, album.show(0, 0, torch.device("cpu")), loss)
        optimiser.zero_grad()
        torch.stack(list(parts.values())).sum().backward()
        nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimiser.step()
    if name != "mask-rcnn":
        network.train()
    with torch.inference_mode():
        answer = network(album.show(0, 0, torch.device("cpu")).values)[0, 0].numpy() > 0
    return Pixels.of(answer, one.masses > 0).dice


@pytest.mark.parametrize(("name", "side", "steps", "rate"), ONE_IMAGE)
def test_one_image_is_fitted(name, side, steps, rate):
    assert fitted(name, side, steps, rate, of_breast=False) > 0.8


@pytest.mark.parametrize(("name", "side", "steps", "rate"), BREAST)
def test_the_breast_is_fitted(name, side, steps, rate):
    assert fitted(name, side, steps, rate, of_breast=True) > 0.9


@pytest.mark.parametrize("name", ["pixel-logistic", "pixel-logistic-rich"])
def test_logistic_regression_cannot_tell_a_mass_from_tissue_as_bright(name):
    """Its grey value, or that of its surroundings, is the same in both: the authors' baseline fails for good."""
    assert fitted(name, 64, 100, 1e-1, of_breast=False) < 0.9
