"""Every row of the table keeps its word: size, shape of the answer, stride, halo, weights and back."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from napari_mammoseg.models import MODELS, Model, find, save_weights
from napari_mammoseg.training import training_of

NETWORKS = [each for each in MODELS.values() if each.network]
DENSE = [each for each in NETWORKS if each.facts.stride]
TILED = [each for each in DENSE if each.halo]


def by_name(models: list[Model]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("model", models, ids=lambda model: model.name)


def answers(network: nn.Module, pixels: Tensor) -> tuple[Tensor, ...]:
    with torch.inference_mode():
        given = network.eval()(pixels)
    return given if isinstance(given, tuple) else (given,)


def picture(model: Model, count: int = 2, rows: int = 4, columns: int = 5) -> Tensor:
    """Windows of the model's size, or pictures of so many steps of what its sides must divide by."""
    step = max(model.multiple, 16)
    shape = (model.facts.side,) * 2 if model.facts.side else (rows * step, columns * step)
    return torch.rand(count, model.facts.channels, *shape)


@by_name(NETWORKS)
def test_the_row_says_how_many_parameters_there_are(model: Model) -> None:
    assert sum(each.numel() for each in model.build().parameters()) == model.parameters


@by_name(NETWORKS)
def test_there_is_one_answer_per_picture_of_a_batch(model: Model) -> None:
    assert {len(each) for each in answers(model.build(), picture(model))} == {2}


@by_name(DENSE)
def test_a_dense_network_answers_at_its_stride(model: Model) -> None:
    pixels = picture(model)
    wanted = [length // model.facts.stride for length in pixels.shape[2:]]
    for answer in answers(model.build(), pixels):
        assert list(answer.shape[2:]) == wanted


@by_name([each for each in NETWORKS if not each.facts.stride])
def test_a_network_of_windows_has_no_map(model: Model) -> None:
    assert all(answer.ndim < 4 for answer in answers(model.build(), picture(model)))


@by_name([each for each in NETWORKS if each.name != "mask-rcnn"])  # how many boxes it keeps depends on their values
def test_a_network_stays_on_the_device_that_it_is_given(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tensor made on the processor in the middle of `forward` fails here as it would on a graphics card."""
    monkeypatch.setattr(torch, "is_autocast_enabled", lambda device: False)  # torch's own refuses the device "meta"
    monkeypatch.setattr(torch, "autocast", lambda device, enabled: nullcontext())
    given = answers(model.build().to("meta"), picture(model).to("meta"))
    assert {each.device.type for each in given} == {"meta"}


@by_name(TILED)
def test_the_halo_covers_what_an_answer_depends_on_and_not_much_more(model: Model) -> None:
    torch.manual_seed(0)
    network = model.build().eval()
    for each in network.parameters():
        nn.init.normal_(each, 0.1, 0.2)
    middle = slice(2 * model.halo, 2 * model.halo + model.multiple)
    pixels = torch.randn(1, model.facts.channels, 4 * model.halo + model.multiple, 4 * model.halo + model.multiple)
    network(pixels.requires_grad_())[0, :, middle, middle].sum().backward()
    touched = torch.nonzero(pixels.grad[0].abs().sum(0))
    reach = max(int((middle.start - touched).max()), int((touched - middle.stop + 1).max()))
    assert model.halo / 2 < reach <= model.halo


@by_name(NETWORKS)
def test_saved_weights_give_the_same_model_and_answer(model: Model, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network, path = model.build().half().float().eval(), tmp_path / "any name.safetensors"
    save_weights(network, model, path)
    loaded = find(str(path), model.task)
    of_the_table = {"reduced": False, "false_marks": "", "calibrated": False, "recipe_settings": {}}
    described = replace(model, weights=str(path), **of_the_table)
    assert loaded == described
    pixels = picture(model, count=1)
    for mine, wanted in zip(answers(loaded.load(), pixels), answers(network, pixels), strict=True):
        torch.testing.assert_close(mine, wanted)


@by_name([each for each in NETWORKS if each.weights])
def test_shipped_weights_load_and_say_what_the_row_says(model: Model) -> None:
    shipped = find(model.name)
    assert shipped.load()
    assert shipped.sha256
    assert shipped.card
    same = ("network", "arguments", "spacing_mm", "halo", "multiple")
    assert [getattr(shipped, each) for each in same] == [getattr(model, each) for each in same]


@by_name(NETWORKS)
def test_every_network_has_a_recipe(model: Model) -> None:
    training = training_of(model.name)
    assert training.model is model
    assert training.module.recipe
