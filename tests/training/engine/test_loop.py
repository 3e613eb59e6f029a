"""The training loop on a line: a weight and a bias that are known."""

from __future__ import annotations

import csv
import itertools
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from napari_mammoseg.errors import Cancelled, InputError
from napari_mammoseg.models import Model
from napari_mammoseg.run import Run
from napari_mammoseg.training.engine import loop
from napari_mammoseg.training.engine.loop import Options, train
from napari_mammoseg.training.engine.recipe import NETWORK, Recipe
from napari_mammoseg.training.engine.step import descent, one_player


def line(average: float | None = None) -> Recipe:
    """y = 2 x + 1, to be found with dropout-free Adam."""
    torch.manual_seed(0)
    network = nn.Linear(1, 1)

    def batch(epoch: int, index: int, random: np.random.Generator) -> tuple[Tensor, Tensor]:
        x = torch.from_numpy(random.normal(size=(16, 1)).astype(np.float32))
        return x, 2 * x + 1

    def losses(network: nn.Module, batch: tuple[Tensor, Tensor]) -> dict[str, Tensor]:
        x, y = batch
        return {"square": ((network(x) - y) ** 2).mean()}

    def scores(network: nn.Module) -> dict[str, float]:
        return {"slope": float(network.weight.detach())}

    return Recipe(
        Model("line", "test", "y = 2 x + 1"),
        one_player(network, torch.optim.Adam(network.parameters(), lr=0.1)),
        descent(losses),
        batch,
        20,
        epochs=6,
        scores=scores,
        rate=lambda progress: 1 - 0.9 * progress,
        average=average,
    )


def weights(path: Path) -> dict[str, Tensor]:
    from safetensors.torch import load_file

    return load_file(path)


def test_the_line_is_found(tmp_path: Path) -> None:
    found = weights(train(line(), tmp_path, Options(), Run()))
    assert float(found["weight"]) == pytest.approx(2, abs=0.01)
    assert float(found["bias"]) == pytest.approx(1, abs=0.01)


def test_the_patients_held_out_are_listed(tmp_path: Path) -> None:
    train(replace(line(), held_out=frozenset({"b", "a"})), tmp_path, Options(epochs=1), Run())
    assert (tmp_path / "held_out.txt").read_text() == "a\nb\n"


def test_a_sheet_is_drawn_while_it_trains(tmp_path: Path) -> None:
    drawn: list[Path] = []
    recipe = replace(line(), scored_every=2, sheet=lambda network, out: drawn.append(out))
    train(recipe, tmp_path, Options(epochs=5), Run())
    assert drawn == 3 * [tmp_path]  # after the epochs 2, 4 and 5


@pytest.mark.parametrize("average", [None, 0.9])
def test_a_training_broken_off_and_resumed_gives_the_same_weights(tmp_path: Path, average: float | None) -> None:
    whole = weights(train(line(average), tmp_path / "whole", Options(epochs=4), Run()))
    broken = Run()
    broken.report = lambda progress: broken.cancel() if progress.stage == "epoch 3/4" else None
    with pytest.raises(Cancelled):
        train(line(average), tmp_path / "broken", Options(epochs=4), broken)
    resumed = weights(train(line(average), tmp_path / "broken", Options(epochs=4, resume=True), Run()))
    assert all(torch.equal(whole[name], resumed[name]) for name in whole)


@pytest.mark.parametrize("average", [None, 0.9])
def test_what_is_written_keeps_a_share_of_the_weights_before(tmp_path: Path, average: float | None) -> None:
    began = line(average).network.state_dict()
    learnt = weights(train(line(average), tmp_path / "learnt", Options(epochs=4), Run()))
    mixed = weights(train(replace(line(average), kept=0.25), tmp_path / "mixed", Options(epochs=4), Run()))
    for name in began:
        torch.testing.assert_close(
            mixed[name], 0.25 * began[name] + 0.75 * learnt[name], atol=2e-3, rtol=0, check_dtype=False
        )
    last = (tmp_path / "mixed" / "log.csv").read_text().splitlines()[-1].split(",")
    assert float(last[2]) == pytest.approx(float(mixed["weight"]), abs=2e-3)  # they are scored, too


def test_threads_that_draw_do_not_change_the_result(tmp_path: Path) -> None:
    one = weights(train(line(), tmp_path / "one", Options(epochs=1, threads=1), Run()))
    four = weights(train(line(), tmp_path / "four", Options(epochs=1, threads=4), Run()))
    assert all(torch.equal(one[name], four[name]) for name in one)


def test_losses_and_scores_are_logged_for_each_epoch(tmp_path: Path) -> None:
    train(line(), tmp_path, Options(epochs=3), Run())
    rows = list(csv.DictReader((tmp_path / "log.csv").open()))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert float(rows[2]["square"]) < float(rows[0]["square"])
    assert float(rows[2]["slope"]) == pytest.approx(2, abs=0.2)
    assert (tmp_path / "curves.png").stat().st_size > 1000


def test_a_training_is_not_overwritten(tmp_path: Path) -> None:
    train(line(), tmp_path, Options(epochs=1), Run())
    with pytest.raises(InputError, match="holds a training already"):
        train(line(), tmp_path, Options(epochs=1), Run())


def test_another_seed_is_another_training(tmp_path: Path) -> None:
    train(line(), tmp_path, Options(epochs=1), Run())
    with pytest.raises(InputError, match="other seed"):
        train(line(), tmp_path, Options(epochs=1, resume=True, seed=1), Run())


def test_a_training_of_no_time_changes_nothing(tmp_path: Path) -> None:
    train(line(), tmp_path, Options(minutes=0), Run())
    assert not (tmp_path / "log.csv").exists()


def test_a_schedule_squeezed_into_minutes_ends_with_the_lowest_rate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = itertools.count()
    monkeypatch.setattr(loop, "monotonic", lambda: float(next(seconds)))
    recipe = line()
    train(recipe, tmp_path, Options(epochs=10**6, minutes=1), Run())
    assert 1 <= len(list(csv.DictReader((tmp_path / "log.csv").open()))) < 60
    assert recipe.players[NETWORK].optimiser.param_groups[0]["lr"] == pytest.approx(0.01, rel=0.5)


def test_scores_are_taken_after_every_so_many_epochs_and_the_last(tmp_path: Path) -> None:
    train(replace(line(), scored_every=4), tmp_path, Options(), Run())
    rows = list(csv.DictReader((tmp_path / "log.csv").open()))
    assert [bool(row["slope"]) for row in rows] == [False, False, False, True, False, True]


@pytest.mark.parametrize("name", ["data", "settings", "split"])
def test_a_training_does_not_go_on_with_something_else(tmp_path: Path, name: str) -> None:
    plan = {"data": "a", "settings": "b", "split": "c"}
    train(line(), tmp_path, Options(epochs=1, plan=plan), Run())
    with pytest.raises(InputError, match=f"is of a training with other {name}; give the same"):
        train(line(), tmp_path, Options(epochs=1, resume=True, plan={**plan, name: "other"}), Run())


def test_a_state_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "last.safetensors").write_bytes(b"nothing of this program")
    with pytest.raises(InputError, match="is not the state of a training"):
        train(line(), tmp_path, Options(resume=True), Run())


@pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA device")
def test_the_line_is_found_on_a_graphics_card_too(tmp_path: Path) -> None:
    found = weights(train(line(), tmp_path, Options(device="cuda:0"), Run()))
    assert float(found["weight"]) == pytest.approx(2, abs=0.01)
    broken = Run()
    broken.report = lambda progress: broken.cancel() if progress.stage == "epoch 3/4" else None
    with pytest.raises(Cancelled):
        train(line(0.9), tmp_path / "broken", Options(epochs=4, device="cuda:0"), broken)
    assert train(line(0.9), tmp_path / "broken", Options(epochs=4, resume=True, device="cuda:0"), Run()).is_file()
