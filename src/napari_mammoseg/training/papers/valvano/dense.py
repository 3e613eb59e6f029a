"""Whether one pass over the whole image is as good as one patch per pixel, on windows of the test's women.

With "same" convolutions the two differ: beyond its border a patch is filled with zeros, while an image goes on.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from napari_mammoseg.data_sets.split import Split
from napari_mammoseg.networks.valvano import DenseValvano, Valvano
from napari_mammoseg.tissue.contrast import as_grey
from napari_mammoseg.training.calcifications.films import normal_tissue
from napari_mammoseg.training.engine.step import device_of
from napari_mammoseg.training.papers.valvano.patches import parts
from napari_mammoseg.training.papers.valvano.store import classes
from napari_mammoseg.training.papers.valvano.table import CLASSES

WINDOWS = 120
MARGIN = 43
"""Pixels at a window's border that are left out, because the dense network sees that far."""
EACH = 12


def dense_errors(network: Valvano, data: Path, split: Split, positives: tuple[int, ...]) -> dict[str, dict[int, float]]:
    """Per cent of the pixels of each class that are classified wrongly, "by patches" and "densely"."""
    rng = np.random.default_rng([split.seed, WINDOWS])
    tissue = normal_tissue(data, parts(data, split)["test"].__contains__)
    answers: dict[str, list[NDArray[np.bool_]]] = {"windows by patches": [], "windows densely": []}
    truth: list[NDArray[np.uint8]] = []
    for number in range(WINDOWS):
        images = tissue[number % len(tissue)]
        window = images[int(rng.integers(len(images)))].draw(rng, with_calcifications=number % 4 > 0)
        places, numbers = _pixels(window.calcified, network.size, rng)
        grey = as_grey(window.contrast)
        for how, given in zip(answers, _both(network, grey, places), strict=True):
            answers[how].append(given)
        truth.append(numbers)
    classes_ = np.concatenate(truth)
    wrong = {how: np.concatenate(given) != np.isin(classes_, positives) for how, given in answers.items()}
    return {how: {n: float(100 * each[classes_ == n].mean()) for n in CLASSES} for how, each in wrong.items()}


def _pixels(
    labels: NDArray[np.int8], size: int, rng: np.random.Generator
) -> tuple[NDArray[np.intp], NDArray[np.uint8]]:
    """Up to EACH pixels of every class away from the border, and their classes."""
    found = classes(labels, size)
    inner = np.zeros_like(found)
    inner[MARGIN:-MARGIN, MARGIN:-MARGIN] = found[MARGIN:-MARGIN, MARGIN:-MARGIN]
    chosen = [rng.permutation(np.argwhere(inner == number))[:EACH] for number in CLASSES]
    places = np.concatenate(chosen)
    return places, found[places[:, 0], places[:, 1]]


def _both(network: Valvano, grey: NDArray[np.float32], places: NDArray[np.intp]) -> list[NDArray[np.bool_]]:
    """Whether each place is positive: by the patch around it, and in the dense answer."""
    if not len(places):
        return [np.empty(0, bool), np.empty(0, bool)]
    half, device = network.size // 2, device_of(network)
    dense = DenseValvano(network.size, network.padding, network.widths).to(device).eval()
    dense.load_state_dict(network.state_dict())
    patches = np.stack([grey[r - half : r + half + 1, c - half : c + half + 1] for r, c in places])
    with torch.inference_mode():
        alone = network.eval()(torch.from_numpy(patches[:, None]).to(device)).cpu()
        whole = dense(torch.from_numpy(grey[None, None]).to(device)).cpu()[0][:, places[:, 0], places[:, 1]].T
    return [(each[:, 1] > each[:, 0]).numpy() for each in (alone, whole)]
