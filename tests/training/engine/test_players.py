"""Two networks that learn against each other, as a GAN's: a step of its own, one state, the same bits when resumed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from napari_mammoseg.errors import Cancelled
from napari_mammoseg.models import Model
from napari_mammoseg.run import Run
from napari_mammoseg.training.engine.loop import Options, train
from napari_mammoseg.training.engine.recipe import Player, Players, Recipe
from napari_mammoseg.training.engine.step import descend

CENTRE = 3.0


def alternation(players: Players, real: Tensor) -> dict[str, Tensor]:
    """The discriminator learns to tell drawn numbers from made ones, then the generator to be taken for drawn."""
    maker, judge = players["generator"], players["discriminator"]
    noise = torch.randn(len(real), 1)  # from torch's own generator, which the loop seeds
    made = maker.network(noise)
    told = [judge.network(each) for each in (real, made.detach())]
    judged = {"real": _cross_entropy(told[0], 1.0), "made": _cross_entropy(told[1], 0.0)}
    descend(judge, judged, clip=1.0)
    fooled = {"fooled": _cross_entropy(judge.network(made), 1.0)}
    descend(maker, fooled)
    return {**judged, **fooled}


def _cross_entropy(logits: Tensor, truth: float) -> Tensor:
    return functional.binary_cross_entropy_with_logits(logits, torch.full_like(logits, truth))


def adversaries() -> Recipe:
    torch.manual_seed(0)
    generator, discriminator = nn.Linear(1, 1), nn.Sequential(nn.Linear(1, 8), nn.Tanh(), nn.Linear(8, 1))

    def batch(epoch: int, index: int, random: np.random.Generator) -> Tensor:
        return torch.from_numpy(random.normal(CENTRE, 1, (64, 1)).astype(np.float32))

    return Recipe(
        Model("adversaries", "test", "numbers around 3"),
        {
            "generator": Player(generator, torch.optim.Adam(generator.parameters(), 0.03, betas=(0.5, 0.9))),
            "discriminator": Player(discriminator, torch.optim.SGD(discriminator.parameters(), 0.1, momentum=0.5)),
        },
        alternation,
        batch,
        batches=25,
        epochs=12,
        ships="generator",
        average=0.9,
    )


def test_the_generator_learns_what_the_discriminator_alone_has_seen_and_is_what_is_written(tmp_path: Path) -> None:
    weights = load_file(train(adversaries(), tmp_path, Options(), Run()))
    assert set(weights) == {"weight", "bias"}
    assert float(weights["bias"]) == pytest.approx(CENTRE, abs=0.5)
    header = (tmp_path / "log.csv").read_text().splitlines()[0]
    assert header.startswith("epoch,real,made,fooled")


def test_a_game_broken_off_and_resumed_gives_the_same_bits_of_both(tmp_path: Path) -> None:
    train(adversaries(), tmp_path / "whole", Options(epochs=4), Run())
    broken = Run()
    broken.report = lambda progress: broken.cancel() if progress.stage == "epoch 3/4" else None
    with pytest.raises(Cancelled):
        train(adversaries(), tmp_path / "broken", Options(epochs=4), broken)
    train(adversaries(), tmp_path / "broken", Options(epochs=4, resume=True), Run())
    whole, resumed = (load_file(tmp_path / name / "last.safetensors") for name in ("whole", "broken"))
    assert {name.split(".")[0] for name in whole} == {"generator", "discriminator", "average"}
    assert set(whole) == set(resumed)
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


def test_a_step_of_one_player_leaves_the_other_where_it_is(tmp_path: Path) -> None:
    players = adversaries().players
    before = {name: value.clone() for name, value in players["generator"].network.state_dict().items()}
    logits = players["discriminator"].network(players["generator"].network(torch.ones(4, 1)).detach())
    descend(players["discriminator"], {"made": _cross_entropy(logits, 0.0)})
    assert all(torch.equal(before[name], each) for name, each in players["generator"].network.state_dict().items())


def test_the_state_is_plain_tensors_and_json(tmp_path: Path) -> None:
    train(adversaries(), tmp_path, Options(epochs=1), Run())
    with safe_open(tmp_path / "last.safetensors", framework="pt") as file:
        assert file.metadata()["training"].startswith("{")
