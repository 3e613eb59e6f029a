"""The networks that outline masses: the papers' sizes, the shape of their answers, what tells them from others."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn

from napari_mammoseg.networks.cobos import CobosResNet, CobosVGG
from napari_mammoseg.networks.efficientnet_lite import EfficientNetLite0
from napari_mammoseg.networks.mlp_circle import MLPCircle
from napari_mammoseg.networks.outline_lite import OutlineLite
from napari_mammoseg.networks.patch_classifier import PatchClassifier, PatchPixels
from napari_mammoseg.networks.pixel_logistic import PixelLogistic
from napari_mammoseg.networks.shallow_cnn import ShallowCNN
from napari_mammoseg.networks.tensorflow import enlarged
from napari_mammoseg.networks.unet import UNet


def learned(network: nn.Module) -> int:
    return sum(each.numel() for each in network.parameters())


def with_statistics(network: nn.Module) -> int:
    return learned(network) + sum(each.numel() for each in network.buffers() if each.ndim)


@pytest.mark.parametrize(
    ("network", "parameters"),
    [
        (CobosVGG, 2_906_681),
        (CobosResNet, 894_017),
        (PixelLogistic, 2),
        (MLPCircle, 134_228_771),
        (ShallowCNN, 23_116_482),
        (lambda: ShallowCNN(third=4), 23_083_350),
        (PatchClassifier, 5_899_365),
        (UNet, 31_030_593),
    ],
)
def test_size_is_the_papers(network, parameters):
    with torch.device("meta"):
        assert learned(network()) == parameters


def test_the_patch_classifier_counts_its_statistics_as_keras_does():
    with torch.device("meta"):
        assert with_statistics(PatchClassifier()) == 5_904_357
        assert with_statistics(PatchPixels()) == 17_441_260


def test_the_textbook_u_net_has_two_classes():
    """31,030,658 with two output channels (counted elsewhere); one is enough for one mass."""
    with torch.device("meta"):
        assert learned(UNet()) + 64 + 1 == 31_030_658


@pytest.mark.parametrize(
    ("network", "layers"),
    [
        (CobosVGG, [2072, 28280, 42420, 63588, 84784, 113008, 113008, 2459072, 449]),
        (CobosResNet, [1184, 9248, 18496, 36928, 73856, 147584, 147584, 147584, 295168, 16385]),
    ],
)
def test_each_layer_of_cobos_is_the_slides(network, layers):
    with torch.device("meta"):
        assert [learned(each) for each in network().modules() if isinstance(each, nn.Conv2d)] == layers


@pytest.mark.parametrize(
    ("network", "shape"),
    [
        (CobosVGG(), (1, 1, 112, 144)),
        (CobosResNet(), (1, 1, 128, 100)),
        (PixelLogistic(), (2, 1, 30, 41)),
        (PixelLogistic(rich=True), (2, 1, 60, 51)),
        (MLPCircle(side=64), (2, 1, 64, 64)),
        (ShallowCNN(side=310), (2, 1, 310, 310)),
        (PatchPixels(side=64), (2, 1, 64, 64)),
        (PatchPixels(dense=False), (1, 1, 128, 192)),
        (UNet(slim=True), (1, 1, 48, 80)),
    ],
)
def test_every_pixel_has_an_answer(network, shape):
    with torch.inference_mode():
        answer = network.eval()(torch.randn(shape))
    assert answer.shape == shape
    assert torch.isfinite(answer).all()


def test_the_default_network_answers_at_every_pixel():
    with torch.inference_mode():
        assert OutlineLite().eval()(torch.randn(1, 3, 64, 96)).shape == (1, 1, 64, 96)


def test_the_default_network_ships_in_ten_megabytes():
    assert 2 * with_statistics(OutlineLite()) < 10e6


def test_a_trunk_of_more_channels_begins_with_the_grey_one_alone():
    from napari_mammoseg.networks.efficientnet_lite import from_imagenet

    published = {"_conv_stem.weight": torch.randn(32, 3, 3, 3)}
    published |= {f"_bn0.{part}": torch.rand(32) + 0.5 for part in ("weight", "bias", "running_mean", "running_var")}
    state = from_imagenet(published, inputs=3)
    assert state["stem.weight"].shape == EfficientNetLite0(3).stem.weight.shape
    assert torch.allclose(state["stem.weight"][:, 0], published["_conv_stem.weight"].sum(1))
    assert not state["stem.weight"][:, 1:].any()


def test_enlarging_is_tensorflows_of_that_time():
    """The worked example of a page about `resize_bilinear` with its defaults: 2 x 2 to 4 x 4."""
    given = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
    wanted = [[1, 1.5, 2, 2], [2, 2.5, 3, 3], [3, 3.5, 4, 4], [3, 3.5, 4, 4]]
    assert enlarged(given, 2)[0, 0].tolist() == wanted


@pytest.mark.parametrize("factor", [4, 16])
def test_enlarging_puts_new_pixel_i_at_i_divided_by_the_factor(factor):
    random = np.random.default_rng(0).normal(size=(5, 7)).astype(np.float32)
    answer = enlarged(torch.from_numpy(random)[None, None], factor)[0, 0].numpy()
    rows, columns = np.arange(5 * factor) / factor, np.arange(7 * factor) / factor
    along = np.stack([np.interp(columns, np.arange(7), row) for row in random])
    both = np.stack([np.interp(rows, np.arange(5), column) for column in along.T], axis=1)
    assert answer == pytest.approx(both, abs=1e-5)


def test_a_circle_is_where_its_numbers_say():
    network = MLPCircle(side=100)
    network.circle = lambda x: torch.tensor([[0.3, 0.6, 0.1]])
    rows, columns = np.nonzero(network(torch.zeros(1, 1, 100, 100))[0, 0].numpy() > 0)
    assert rows.mean() + 0.5 == pytest.approx(60, abs=0.1)
    assert columns.mean() + 0.5 == pytest.approx(30, abs=0.1)
    assert len(rows) == pytest.approx(np.pi * 10**2, rel=0.03)


def test_the_authors_relu_can_leave_a_circle_of_nothing_without_a_gradient():
    """Aung 2018, V A: [0, 0, 0] for the whole validation set. Below 0, their last ReLU lets nothing through."""
    torch.manual_seed(0)
    network = MLPCircle(side=32, relu=True)
    last = network.layers[-2]
    nn.init.constant_(last.bias, -10.0)
    circles = network.circle(torch.rand(4, 1, 32, 32))
    (circles - 0.5).square().sum().backward()
    assert not circles.any()
    assert not last.weight.grad.any()
