"""The papers' classifiers: sizes counted by hand, and ImageNet's weights as they were published."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from napari_mammoseg.networks.cnni_bcc import CnniBcc
from napari_mammoseg.networks.resnet50 import ResNet50, from_torchvision
from napari_mammoseg.networks.vgg16 import VGG16, for_grey


def count(network: nn.Module) -> int:
    return sum(each.numel() for each in network.parameters())


def test_vgg16_with_one_hidden_layer_has_the_size_of_the_other_reading() -> None:
    with torch.device("meta"):
        assert count(VGG16(hidden=1)) == 48_280_258


def test_cnni_bcc_has_30_layers_and_6_where_it_was_cut_short() -> None:
    for given, layers in ((28, 30), (4, 6)):
        network = CnniBcc(layers=given)
        separable = [each for each in network.features if isinstance(each, nn.Sequential)]
        assert len(separable) + len(["pool", "dense"]) == layers
        assert all(each[0].groups == each[0].in_channels for each in separable)


def imagenet_of(grey: Tensor) -> Tensor:
    """Grey in -1…1, (N, 1, H, W), as torchvision would prepare it."""
    mean, deviation = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    return ((grey + 1) / 2 - mean[:, None, None]) / deviation[:, None, None]


def test_resnet50_takes_torchvisions_weights_and_sees_what_they_expect() -> None:
    torch.manual_seed(0)
    published = {name: value.clone() for name, value in ResNet50(1000).state_dict().items()}
    published["bn1.running_mean"] = torch.randn(64)
    taken, plain = ResNet50().eval(), ResNet50(1000).eval()
    missing, unknown = taken.load_state_dict(from_torchvision(published), strict=False)
    plain.load_state_dict(published)
    assert (missing, unknown) == (["fc.weight", "fc.bias"], [])
    grey = torch.rand(1, 1, 64, 64) * 2 - 1
    with torch.inference_mode():
        seen = taken.bn1(taken.conv1(grey.expand(-1, 3, -1, -1)))
        wanted = plain.bn1(plain.conv1(imagenet_of(grey)))
    inner = (slice(None), slice(None), slice(2, -2), slice(2, -2))  # beyond the edge there is grey, not ImageNet's mean
    torch.testing.assert_close(seen[inner], wanted[inner], rtol=1e-3, atol=1e-3)


def test_vgg16_starts_from_imagenets_first_layers_in_another_unit() -> None:
    torch.manual_seed(0)
    first = nn.Conv2d(3, 64, 3, padding=1)
    published = {"features.0.weight": first.weight.detach(), "features.0.bias": first.bias.detach()}
    state = for_grey(published)
    grey = torch.rand(1, 1, 32, 32) * 2 - 1
    with torch.inference_mode():
        seen = nn.functional.conv2d(grey, state["features.0.weight"], state["features.0.bias"])
        wanted = nn.functional.conv2d(imagenet_of(grey), first.weight, first.bias)
    torch.testing.assert_close(seen * 22, wanted, rtol=1e-3, atol=1e-3)
