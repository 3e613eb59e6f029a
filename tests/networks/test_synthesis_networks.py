"""The networks of synthesis have the sizes of their papers, and begin by leaving tissue as it is."""

from __future__ import annotations

import torch

from napari_mammoseg.networks.cigan import Cigan, CiganDiscriminator
from napari_mammoseg.networks.lesion_painter import LesionPainter, PainterCritic, style_of


def count(network: torch.nn.Module) -> int:
    return sum(each.numel() for each in network.parameters())


def test_cigan_has_as_many_parameters_as_its_authors_code() -> None:
    assert count(Cigan()) == 735_969
    assert count(CiganDiscriminator()) == 1_716_353


def test_cigan_makes_a_picture_of_grey_values_that_are_not_negative() -> None:
    with torch.inference_mode():
        made = Cigan()(torch.rand(2, 4, 256, 256))
    assert made.shape == (2, 1, 256, 256)
    assert (made >= 0).all()


def test_the_discriminator_judges_a_picture_by_its_class_too() -> None:
    torch.manual_seed(0)
    critic, pictures = CiganDiscriminator(), torch.rand(1, 1, 256, 256).expand(2, -1, -1, -1)
    with torch.inference_mode():
        scores = critic(pictures, torch.eye(2))
    assert scores.shape == (2, 1)
    assert scores[0] != scores[1]


def test_a_painter_without_training_adds_nothing() -> None:
    with torch.inference_mode():
        assert not LesionPainter()(torch.randn(2, 5, 128, 128)).any()


def test_a_style_is_normal_where_the_noise_is() -> None:
    style = style_of(torch.randn(64, 1, 128, 128, generator=torch.Generator().manual_seed(0)))
    assert style.shape == (64, 64)
    assert abs(float(style.std()) - 1) < 0.05


def test_the_painters_critic_gives_a_score_per_picture_and_per_piece() -> None:
    with torch.inference_mode():
        whole, pieces = PainterCritic()(torch.randn(3, 1, 128, 128), torch.zeros(3, 2))
    assert whole.shape == (3,)
    assert pieces.shape == (3, 1, 16, 16)
