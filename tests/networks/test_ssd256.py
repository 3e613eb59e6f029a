"""SSD256: the paper's sizes, the default boxes."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from napari_mammoseg.models import MODELS
from napari_mammoseg.networks import default_boxes
from napari_mammoseg.networks.ssd256 import from_vgg16
from napari_mammoseg.networks.vgg16 import SIZES


@pytest.mark.parametrize(("name", "parameters"), [("ssd256", 23_715_730), ("ssd256-separable", 4_820_525)])
def test_size_is_the_papers(name: str, parameters: int) -> None:
    assert sum(each.numel() for each in MODELS[name].build().parameters()) == parameters


def test_there_are_6132_default_boxes_and_as_many_answers() -> None:
    network = MODELS["ssd256-separable"].build()
    with torch.inference_mode():
        confidence, offsets = network(torch.zeros(1, 3, 256, 256))
    assert confidence.shape == (1, 6132, 3)
    assert offsets.shape == (1, 6132, 4)
    assert default_boxes.ssd256().shape == (6132, 4)


def test_default_boxes_have_the_printed_scales_and_ratios() -> None:
    boxes = default_boxes.ssd256()
    height, width = (boxes[:, 2:] - boxes[:, :2]).T
    assert np.unique(np.round(width / height, 6)) == pytest.approx([1 / 3, 0.5, 1, 2, 3], abs=1e-5)
    first, second, wide, tall = (boxes[index] for index in range(4))
    assert (first[2:] - first[:2]) == pytest.approx([0.1, 0.1])
    assert (second[2:] - second[:2]) == pytest.approx([np.sqrt(0.1 * 0.2)] * 2)
    assert (wide[3] - wide[1]) / (wide[2] - wide[0]) == pytest.approx(2)
    assert (tall[3] - tall[1]) / (tall[2] - tall[0]) == pytest.approx(0.5)
    assert (first[:2] + first[2:]) / 2 == pytest.approx([0.5 / 32, 0.5 / 32])
    assert (boxes[-4, 2:] - boxes[-4, :2]) == pytest.approx([0.88, 0.88])


def test_boxes_are_where_the_network_has_its_answers() -> None:
    """A bright spot moves the answers of the first map's cells around it, and no far ones."""
    torch.manual_seed(0)
    network = MODELS["ssd256-separable"].build().eval()
    dark, spot = torch.zeros(1, 3, 256, 256), torch.zeros(1, 3, 256, 256)
    spot[..., 96:104, 200:208] = 1
    with torch.inference_mode():
        moved = (network(spot)[1] - network(dark)[1])[0, :4096].abs().sum(1).numpy()
    boxes = default_boxes.ssd256()[:4096]
    middle = np.average((boxes[:, :2] + boxes[:, 2:]) / 2, axis=0, weights=moved)
    assert middle == pytest.approx([100 / 256, 204 / 256], abs=0.06)


def test_decoding_undoes_encoding() -> None:
    defaults = default_boxes.ssd256()[::97]
    corner = np.random.default_rng(0).uniform(0, 0.5, (len(defaults), 2))
    boxes = np.hstack([corner, corner + np.random.default_rng(1).uniform(0.05, 0.5, corner.shape)])
    assert default_boxes.decode(default_boxes.encode(boxes, defaults), defaults) == pytest.approx(boxes)


def test_the_variances_divide_as_in_the_paper() -> None:
    default = np.array([[0.4, 0.4, 0.6, 0.6]])
    moved = np.array([[0.42, 0.4, 0.62, 0.6]])
    larger = np.array([[0.3, 0.4, 0.7, 0.6]])
    assert default_boxes.encode(moved, default)[0] == pytest.approx([0.02 / 0.2 / 0.1, 0, 0, 0])
    assert default_boxes.encode(larger, default)[0] == pytest.approx([0, 0, np.log(2) / 0.2, 0])


def test_vgg16_fits_the_plain_trunk() -> None:
    sizes = {0: (3, 64), 2: (64, 64), 5: (64, 128), 7: (128, 128), 10: (128, 256), 12: (256, 256), 14: (256, 256)}
    sizes |= {17: (256, 512), 19: (512, 512), 21: (512, 512), 24: (512, 512), 26: (512, 512), 28: (512, 512)}
    published = {}
    for index, (inputs, outputs) in sizes.items():
        published[f"features.{index}.weight"] = torch.randn(outputs, inputs, 3, 3)
        published[f"features.{index}.bias"] = torch.randn(outputs)
    network = MODELS["ssd256"].build()
    missing, unexpected = network.load_state_dict(from_vgg16(published), strict=False)
    assert not unexpected
    assert not any(name.startswith("to_conv4_3") for name in missing)
    assert {name.split(".")[1] for name in missing if name.startswith("to_fc7")} == {"8", "10"}


def test_vgg16_says_the_same_in_other_units() -> None:
    torch.manual_seed(0)
    published = {}
    for index, (inputs, outputs) in {0: (3, 64), 2: (64, 64)}.items():
        published[f"features.{index}.weight"] = torch.randn(outputs, inputs, 3, 3)
        published[f"features.{index}.bias"] = torch.randn(outputs)
    network = MODELS["ssd256"].build()
    network.load_state_dict(from_vgg16(published), strict=False)
    colours = torch.rand(1, 3, 16, 16)
    normal = (colours - torch.tensor([0.485, 0.456, 0.406])[:, None, None]) / torch.tensor([0.229, 0.224, 0.225])[
        :, None, None
    ]
    for index in (0, 2):
        normal = functional.conv2d(
            normal, published[f"features.{index}.weight"], published[f"features.{index}.bias"], padding=1
        ).relu()
    inner = (slice(None), slice(None), slice(2, -2), slice(2, -2))
    assert torch.allclose(
        network.to_conv4_3[:4](colours * 2 - 1)[inner] * SIZES[1], normal[inner], rtol=1e-3, atol=1e-2
    )


@pytest.mark.parametrize("name", ["ssd256", "ssd256-separable"])
def test_a_fresh_network_is_sure_of_nothing(name: str) -> None:
    torch.manual_seed(0)
    with torch.inference_mode():
        logits, _ = MODELS[name].build()(torch.randn(1, 3, 256, 256))
    assert logits.std() < 3
