"""The size and reach of calcification-lite."""

from __future__ import annotations

import torch

from napari_mammoseg.models import MODELS


def test_its_weights_are_less_than_a_megabyte_in_half_precision():
    network = MODELS["calcification-lite"].build()
    assert 2 * sum(each.numel() for each in network.parameters()) < 1_000_000


def test_it_answers_for_every_pixel():
    network = MODELS["calcification-lite"].build().eval()
    assert network(torch.zeros(2, 1, 64, 96)).shape == (2, 2, 64, 96)


def test_its_halo_covers_what_a_pixel_depends_on():
    model = MODELS["calcification-lite"]
    network = model.build().eval()
    torch.manual_seed(0)
    for each in network.parameters():
        torch.nn.init.normal_(each, 0.1, 0.2)
    image = torch.randn(1, 1, 320, 320, requires_grad=True)
    answer = network(image)
    answer[0, :, 160:168, 160:168].sum().backward()
    rows, columns = torch.nonzero(image.grad[0, 0], as_tuple=True)
    reach = max(160 - int(rows.min()), int(rows.max()) - 167, 160 - int(columns.min()), int(columns.max()) - 167)
    assert 40 < reach <= model.halo
