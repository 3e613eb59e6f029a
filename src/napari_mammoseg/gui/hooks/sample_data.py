"""Open Sample: the mammograms that come with the package, with their exact truth."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from napari_mammoseg import samples
from napari_mammoseg.gui.beside import beside_the_window
from napari_mammoseg.gui.hooks.folders import read_folder
from napari_mammoseg.gui.hooks.opening import all_but_the_last, opened_here
from napari_mammoseg.gui.layers.belonging import belonging
from napari_mammoseg.gui.layers.image_layers import LayerData, image_layers
from napari_mammoseg.gui.layers.layer_spacing import placement
from napari_mammoseg.gui.layers.truth_layers import TRUTH
from napari_mammoseg.readers import read


def open_sample(file: str) -> list[LayerData]:
    """The layers of one of `samples.SAMPLES`: the image, and what is known of its lesions, hidden at first.

    In a window they are there already when this returns, but the last one.
    """
    from napari import current_viewer

    layers = all_but_the_last(current_viewer(), beside_the_window(partial(_layers, samples.path(file))))
    opened_here()
    return layers


def _layers(path: Path) -> list[LayerData]:
    image = read(path)
    lesions = json.loads(path.with_suffix(".truth.json").read_text("utf-8"))["lesions"]
    layers = image_layers(image)
    truth = [_truth(path, lesions, placement(image.spacing))] if lesions else []
    return belonging([layers[0], *(_hidden(each) for each in (*layers[1:], *truth))])


def _hidden(layer: LayerData) -> LayerData:
    data, keywords, kind = layer
    return data, {**keywords, "visible": False}, kind


def _truth(path: Path, lesions: list[dict], place: dict) -> LayerData:
    mask = np.asarray(Image.open(path.with_suffix(".mask.png")), np.uint16)
    keywords = {
        **place,
        "name": f"{path.name} / truth pixels",
        "features": {
            "index": [each["id"] for each in lesions],
            "kind": [each["kind"] for each in lesions],
            "label": [each["label"] for each in lesions],
        },
        "metadata": {"mammoseg": {"schema": TRUTH, "image": {"name": path.name}}},
    }
    return mask, keywords, "labels"


def four_views() -> list[LayerData]:
    """The layers of the sample exam, hung; its dock opens."""
    layers = read_folder(samples.exam())
    opened_here()
    return layers
