"""The network of Valvano 2018, by patches and densely."""

from __future__ import annotations

import pytest
import torch

from napari_mammoseg.networks.valvano import Valvano


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


def test_dense_is_the_patch_loop_for_valid() -> None:
    network = _run_in(Valvano(49, "valid"))
    image = torch.rand(1, 1, 61, 58)
    with torch.inference_mode():
        dense = network.dense()(image)
        assert dense.shape == (1, 2, 13, 10)
        patches = image.unfold(2, 49, 1).unfold(3, 49, 1).reshape(-1, 1, 49, 49)
        loop = network(patches).reshape(13, 10, 2).permute(2, 0, 1)
    torch.testing.assert_close(dense[0], loop, atol=1e-4, rtol=0)


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
    with torch.inference_mode():
        patches = image.unfold(2, size, 1).unfold(3, size, 1).reshape(-1, 1, size, size)
        loop = network(patches).reshape(10, 8, 2).permute(2, 0, 1)
        torch.testing.assert_close(network.dense()(image)[0], loop, atol=1e-4, rtol=0)
