"""The random search of a training's settings."""

from __future__ import annotations

import csv
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from typer.testing import CliRunner

from napari_mammoseg.cli import app
from napari_mammoseg.data_sets import Sample
from napari_mammoseg.errors import InputError
from napari_mammoseg.mammogram import Lesion, Mammogram
from napari_mammoseg.models import MODELS
from napari_mammoseg.run import Run
from napari_mammoseg.training import Training, training_of
from napari_mammoseg.training.engine import log, loop
from napari_mammoseg.training.engine.loop import LOG
from napari_mammoseg.training.engine.recipe import Recipe, constant
from napari_mammoseg.training.engine.step import descent
from napari_mammoseg.training.recipes import outlines
from napari_mammoseg.training.search import TABLE, drawn, ranges, search


def recipe(by: str | None) -> Recipe:
    step = descent(lambda network, batch: {})
    return Recipe(MODELS["unet-slim"], {}, step, lambda *_: None, 1, 1, rate=constant, searched_by=by)


def best_at(rate: float):
    """A training that does nothing but say how close its learning rate is to the best one."""

    def train(training: Training, out: Path) -> Recipe:
        out.mkdir(parents=True)
        score = -abs(np.log(training.settings.rate / rate))
        log.write_log(out / LOG, [log.as_text({"epoch": 1, "dice": float(score)})])
        return recipe("dice")

    return train


def test_the_best_settings_are_the_first_row_and_the_search_can_be_repeated(tmp_path: Path) -> None:
    rows = search("unet-slim", ["batch=2"], 8, 0, tmp_path / "a", best_at(1e-3))
    with (tmp_path / "a" / TABLE).open() as file:
        assert list(csv.DictReader(file)) == rows
    scores = [float(each["dice"]) for each in rows]
    assert scores == sorted(scores, reverse=True)
    assert sorted(each["training"] for each in rows) == [f"{number:03d}" for number in range(8)]
    assert search("unet-slim", ["batch=2"], 8, 0, tmp_path / "b", best_at(1e-3)) == rows
    assert search("unet-slim", [], 8, 1, tmp_path / "c", best_at(1e-3)) != rows


def test_values_are_drawn_around_the_models_own_evenly_by_their_logarithm() -> None:
    training = training_of("cobos-resnet")
    (rate,) = (each for each in ranges(training) if each.name == "rate")
    random = np.random.default_rng(0)
    factors = np.log10([drawn(rate, training.settings.rate, random) / training.settings.rate for _ in range(2000)])
    low, high = np.log10(rate.searched)
    assert factors.min() == pytest.approx(low, abs=0.01)
    assert factors.max() == pytest.approx(high, abs=0.01)
    assert factors.mean() == pytest.approx((low + high) / 2, abs=0.06)
    assert drawn(replace(rate, high=1.5e-5), training.settings.rate, random) <= 1.5e-5


def test_the_data_are_read_once_for_all_trainings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    films: list[str] = []

    def score(recipe: Recipe, out: Path, options: loop.Options, run: Run) -> Path:
        out.mkdir()
        log.write_log(out / LOG, [log.as_text({"epoch": 1, str(recipe.searched_by): 0.5})])
        return out

    def film(name: str) -> Mammogram:
        films.append(name)
        pixels = np.random.default_rng(0).random((64, 64)).astype(np.float32)
        mass = np.pad(np.ones((20, 20), bool), 22)
        return Mammogram.of(pixels, name, truth=(Lesion("mass", "benign", mask=mass),)).with_spacing(0.5)

    women = [Sample(f"film-{each}", f"woman-{each}", partial(film, f"film-{each}")) for each in range(4)]
    monkeypatch.setattr(outlines, "trained_on", lambda name: ("toy",))
    monkeypatch.setattr(outlines, "data_set", lambda name: SimpleNamespace(samples=lambda data: women))
    monkeypatch.setattr(loop, "train", score)
    (tmp_path / "data").mkdir()
    options = ["--data", tmp_path / "data", "--out", tmp_path / "out", "--folds", 2, "--set", "side=64"]
    done = CliRunner().invoke(app(), ["train", "unet-slim", "--search", "2", *map(str, options)])
    assert done.exit_code == 0, done.output
    assert len(list(csv.DictReader((tmp_path / "out" / TABLE).open()))) == 2
    assert sorted(films) == [each.name for each in women]


def test_what_is_off_is_not_searched_and_a_score_is_needed(tmp_path: Path) -> None:
    assert [each.name for each in ranges(training_of("pixel-logistic"))] == ["rate"]
    with pytest.raises(InputError, match="no score to search by"):
        search(
            "unet-slim", [], 1, 0, tmp_path, lambda training, out: replace(best_at(1)(training, out), searched_by=None)
        )
