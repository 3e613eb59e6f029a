"""The network of Valvano 2018, by patches and densely."""

from __future__ import annotations

import pytest
import torch

from napari_mammoseg.networks.valvano import DenseValvano, Valvano


@pytest.fixture(autouse=True)
def _seeded() -> None:
    torch.manual_seed(0)


def _run_in(network: Valvano) -> Valvano:
    """Batch statistics that are not the fresh network's zeros and ones."""
    network.train()
    for _ in range(3):
        network(torch.rand(16, 1, network.size, network.size))
    return network.eval()


@pytest.mark.parametrize(("size", "side"), [(29, 7), (39, 9), (49, 12)])
def test_same_keeps_a_quarter_of_the_patch(size: int, side: int) -> None:
    assert Valvano(size).features(torch.zeros(1, 1, size, size)).shape[2:] == (side, side)


def test_valid_leaves_two_by_two_of_49_as_the_paper_says() -> None:
    assert Valvano(49, "valid").features(torch.zeros(1, 1, 49, 49)).shape[2:] == (2, 2)


@pytest.mark.parametrize("size", [29, 39])
def test_valid_leaves_nothing_of_smaller_patches(size: int) -> None:
    with pytest.raises(ValueError, match="no features"):
        Valvano(size, "valid")


def _dense(network: Valvano, image: torch.Tensor) -> torch.Tensor:
    """The dense answer of the windows that lie in the image."""
    dense = DenseValvano(network.size, network.padding).eval()
    dense.load_state_dict(network.state_dict())
    half = network.size // 2
    with torch.inference_mode():
        whole = dense(image)
    assert whole.shape == (1, 2, *image.shape[2:])
    return whole[0, :, half : image.shape[2] - half, half : image.shape[3] - half]


def _loop(network: Valvano, image: torch.Tensor) -> torch.Tensor:
    """The answer of every window in the image, one by one."""
    size = network.size
    windows = image.unfold(2, size, 1).unfold(3, size, 1)[0, 0]
    with torch.inference_mode():
        answers = network(windows.reshape(-1, 1, size, size))
    return answers.reshape(*windows.shape[:2], 2).permute(2, 0, 1)


def test_dense_is_the_patch_loop_for_valid() -> None:
    network = _run_in(Valvano(49, "valid"))
    image = torch.rand(1, 1, 61, 58)
    torch.testing.assert_close(_dense(network, image), _loop(network, image), atol=1e-4, rtol=0)


@pytest.mark.parametrize("size", [29, 49])
def test_dense_is_the_patch_loop_for_same_where_padding_plays_no_part(size: int) -> None:
    """Kernels with a centre alone never look at the padding: what is left is each layer's place."""
    network = _run_in(Valvano(size, "same"))
    with torch.no_grad():
        for layer in network.features:
            if isinstance(layer, torch.nn.Conv2d):
                centre = layer.weight[:, :, 1, 1].clone()
                layer.weight.zero_()
                layer.weight[:, :, 1, 1] = centre
    image = torch.rand(1, 1, size + 9, size + 7)
    torch.testing.assert_close(_dense(network, image), _loop(network, image), atol=1e-4, rtol=0)
